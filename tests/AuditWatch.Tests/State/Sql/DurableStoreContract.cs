using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Tests.Sources;
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
            await store.CommitAsync(Changes.Of(("requests", "a", "1"), ("findings", "x", "1")));
            await store.CommitAsync(Changes.Of(("requests", "b", "2"), ("findings", "x", null)));
        }

        await using var again = Open();
        Assert.Equal(["a=1", "b=2"], again.Read("requests").Select(Changes.Text));
        Assert.Empty(again.Read("findings"));
        await again.CommitAsync(Changes.Of(("requests", "a", null)));
        Assert.Equal(["b=2"], again.Read("requests").Select(Changes.Text));
        Assert.Empty(Log.Lines);
    }

    [SkippableFact]
    public async Task DisposeAsync_CommitsWait_MakesThemDurable()
    {
        var store = Open();
        var commits = Enumerable.Range(0, 100).Select(i => store.CommitAsync(Changes.Of(("requests", $"{i:d3}", "1")))).ToList();
        await store.DisposeAsync();

        Assert.All(commits, commit => Assert.True(commit.IsCompletedSuccessfully));
        await using var again = Open();
        Assert.Equal(100, again.Read("requests").Count());
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
    public async Task CommitAsync_RefusedForWhatItIs_FailsAlone()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "a", "only once")));
        Execute("CREATE UNIQUE INDEX values_once ON requests (value)");
        var commits = new[] { ("b", "1"), ("c", "2"), ("bad", "only once"), ("d", "3"), ("e", "4") }.Select(one => store.CommitAsync(Changes.Of(("requests", one.Item1, one.Item2)))).ToList();

        await Assert.ThrowsAsync<StateException>(() => commits[2]);
        await Task.WhenAll(commits.Where((_, index) => index != 2));
        await store.CommitAsync(Changes.Of(("requests", "f", "5")));
        Assert.Equal(["a=only once", "b=1", "c=2", "d=3", "e=4", "f=5"], store.Read("requests").Select(Changes.Text));
        Assert.Null(store.Problem);
        Assert.Equal([LogLevel.Error], Log.Lines.Select(line => line.Level));
    }

    [SkippableFact]
    public async Task CommitAsync_TakenOverByAnother_ChangesNothing()
    {
        var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "a", "1")));
        Execute("UPDATE writer SET epoch = epoch + 1");
        var commit = store.CommitAsync(Changes.Of(("requests", "a", "2")));
        await NextRetryAsync();

        Assert.EndsWith("has been taken over by another process. Stop one of the two.", store.Problem, StringComparison.Ordinal);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
        await using var other = Open();
        Assert.Equal(["a=1"], other.Read("requests").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_DatabaseWentBack_SaysSoAndChangesNothing()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "a", "1")));
        await store.CommitAsync(Changes.Of(("requests", "b", "1")));
        Execute("UPDATE writer SET sequence = sequence - 1");
        var commit = store.CommitAsync(Changes.Of(("requests", "c", "1")));
        await NextRetryAsync();

        Assert.Contains("is not what it was", store.Problem, StringComparison.Ordinal);
        Assert.False(commit.IsCompleted);
    }

    /// <summary>Runs a statement, as a person with the database's own tools.</summary>
    private protected abstract void Execute(string statement);

    /// <summary>Comes when the store waits before it tries again.</summary>
    private protected Task<TimeSpan> NextRetryAsync() => Time.NextWaitAsync(except: TimeSpan.Zero);
}
