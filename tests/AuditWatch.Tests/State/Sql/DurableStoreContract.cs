using AuditWatch.Alerts;
using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Tests.Notifications;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Sql;

/// <summary>What a store does whose records survive it. The time of retries passes only when a test says so.</summary>
public abstract class DurableStoreContract : StateStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A folder that is gone after the test.</summary>
    private protected TemporaryFolder Folder => _folder;

    private protected VirtualTime Time { get; } = new();

    private protected RecordingLogger<IStateStore> Log { get; } = new();

    /// <summary>Where the state of the test is.</summary>
    private protected abstract StateSettings Settings { get; }

    protected override IStateStore Open() => StateStore.Open(Settings, Time, Log);

    public virtual void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [SkippableFact]
    public async Task Open_AfterDisposeAsync_ReadsWhatWasCommitted()
    {
        await using (var store = Open())
        {
            await store.CommitAsync(Changes.Of((Requests, "a", "1"), (Findings, "x", "1")));
            await store.CommitAsync(Changes.Of((Requests, "b", "2"), (Findings, "x", null)));
        }

        await using var again = Open();
        Assert.Equal(["a=1", "b=2"], again.Read(Requests).Select(Changes.Text));
        Assert.Empty(again.Read(Findings));
        await again.CommitAsync(Changes.Of((Requests, "a", null)));
        Assert.Equal(["b=2"], again.Read(Requests).Select(Changes.Text));
        Assert.Empty(Log.Lines);
    }

    [SkippableFact]
    public async Task DisposeAsync_CommitsWait_MakesThemDurable()
    {
        var store = Open();
        var commits = Enumerable.Range(0, 100).Select(i => store.CommitAsync(Changes.Of((Requests, $"{i:d3}", "1")))).ToList();
        await store.DisposeAsync();

        Assert.All(commits, commit => Assert.True(commit.IsCompletedSuccessfully));
        await using var again = Open();
        Assert.Equal(100, again.Read(Requests).Count());
    }

    [SkippableFact]
    public async Task Open_WhileAnotherHasIt_IsRefused()
    {
        await using var store = Open();

        Assert.StartsWith("Another process uses the state in ", Assert.Throws<StateException>(Open).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Open_NewerSchema_IsRefused()
    {
        await using (Open())
        {
        }

        Execute("UPDATE schema_version SET version = 999");
        var refusal = Assert.Throws<StateException>(Open).Message;

        Assert.Contains($"was written by a newer AuditWatch: it has version 999 of the schema, and this program knows version {SqlSchema.Versions.Count}.", refusal, StringComparison.Ordinal);
        Execute($"UPDATE schema_version SET version = {SqlSchema.Versions.Count}");
        await using var again = Open();
    }

    [SkippableFact]
    public async Task CommitAsync_RowRefusedForWhatItIs_CostsItselfAlone()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "only once")));
        Execute("CREATE UNIQUE INDEX values_once ON seen_requests (value)");

        await Task.WhenAll(
            store.CommitAsync(Changes.Of((Requests, "b", "1"))),
            store.CommitAsync(Changes.Of((Requests, "c", "2"), (Requests, "bad", "only once"), (Requests, "d", "3"))),
            store.CommitAsync(Changes.Of((Requests, "worse", "only once"))),
            store.CommitAsync(Changes.Of((Requests, "e", "4"))));
        await store.CommitAsync(Changes.Of((Requests, "f", "5")));

        Assert.Equal(["a=only once", "b=1", "c=2", "d=3", "e=4", "f=5"], store.Read(Requests).Select(Changes.Text));
        Assert.Null(store.Problem);
        Assert.Equal([LogLevel.Error, LogLevel.Error], Log.Lines.Select(line => line.Level));
        Assert.Contains("refuses 1 of the 3 rows of a batch for what they are", Log.Lines.First().Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CommitAsync_TakenOverByAnother_ChangesNothing()
    {
        var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        Execute("UPDATE writer SET epoch = epoch + 1");
        var commit = store.CommitAsync(Changes.Of((Requests, "a", "2")));

        var lost = await Assert.ThrowsAsync<StateException>(() => store.Lost.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("has been taken over by another process. This one ends", lost.Message, StringComparison.Ordinal);
        Assert.Equal(lost.Message, store.Problem);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(new StateChanges()));
        await store.DisposeAsync();
        await using var other = Open();
        Assert.Equal(["a=1"], other.Read(Requests).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_DatabaseWentBack_SaysSoAndChangesNothing()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        await store.CommitAsync(Changes.Of((Requests, "b", "1")));
        Execute("UPDATE writer SET sequence = sequence - 1");
        var commit = store.CommitAsync(Changes.Of((Requests, "c", "1")));
        await NextRetryAsync();

        Assert.Contains("is not what it was", store.Problem, StringComparison.Ordinal);
        Assert.False(commit.IsCompleted);
    }

    [SkippableFact]
    public async Task Retention_ClosedForLong_GoesAndTheRestStays()
    {
        await using var store = StateStore.Open(Settings with { Retention = TimeSpan.FromDays(30) }, Time, Log);
        var changes = new StateChanges();
        var records = new AlertRecords();
        for (var day = 0; day < 60; day++)
        {
            var at = Time.GetUtcNow().AddDays(day);
            var alert = SampleAlert.Exec() with { Id = $"{day:d16}", OpenedAt = at, ChangedAt = at, Status = day % 10 == 0 ? AlertStatus.Open : AlertStatus.Closed };
            records.Save(new AlertChange(AlertChangeKind.Opened, alert), changes);
        }

        await store.CommitAsync(changes);
        Time.Advance(TimeSpan.FromDays(60));
        await UntilAsync(() => Days(StateTables.Alerts).Count == 33);

        int[] expected = [0, 10, 20, .. Enumerable.Range(30, 30)];
        Assert.Equal(expected, Days(StateTables.Alerts));
        Assert.Equal(expected, Days(StateTables.Requests));
        Assert.Equal(expected, Days(StateTables.History));

        List<int> Days(StateTable table) => [.. store.Read(table).Select(row => int.Parse((string)row.Values[0]!, System.Globalization.CultureInfo.InvariantCulture)).Distinct()];
    }

    [SkippableFact]
    public async Task Retention_DatabaseTooLarge_ShedsTheOldestThatIsClosed()
    {
        const long limit = 2 << 20;
        await using var store = StateStore.Open(Settings with { MaxSize = limit }, Time, Log);
        for (var i = 0; i < 3_000; i++)
        {
            var changes = new StateChanges();
            var at = Time.GetUtcNow().AddSeconds(i);
            var alert = SampleAlert.Exec() with { Id = $"{i:d16}", OpenedAt = at, ChangedAt = at, Status = i % 100 == 0 ? AlertStatus.Acknowledged : AlertStatus.Closed };
            new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, alert), changes);
            _ = store.CommitAsync(changes);
        }

        await store.CommitAsync(new StateChanges());
        var before = SizeInUse();
        Assert.InRange(before, limit * 3 / 2, long.MaxValue);
        Time.Advance(SqlStore.MaintenanceInterval);
        await UntilAsync(() => SizeInUse() <= limit && Size() <= before * 9 / 10);

        var left = new AlertHistory(store).Load(closed: 3_000);
        Assert.Equal(30, left.Count(alert => alert.Status == AlertStatus.Acknowledged));
        var closed = left.Where(alert => alert.Status == AlertStatus.Closed).Select(alert => int.Parse(alert.Id, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(closed.Count, 500, 2_500);
        Assert.Equal(2_999, closed[^1]);
        Assert.Equal(closed.Count, Enumerable.Range(closed[0], 3_000 - closed[0]).Count(i => i % 100 != 0));
    }

    /// <summary>How many bytes the database uses of its files, by its latest statistics.</summary>
    private protected abstract long SizeInUse();

    /// <summary>How many bytes its files take.</summary>
    private protected abstract long Size();

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 3_000, "it did not happen within a minute");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Runs a statement, as a person with the database's own tools.</summary>
    private protected abstract void Execute(string statement);

    /// <summary>Comes when the store waits before it tries again.</summary>
    private protected Task<TimeSpan> NextRetryAsync() => Time.NextWaitAsync(except: [SqlStore.MaintenanceInterval, StateWriter.Beat]);
}
