using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Tests.Notifications;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Sql;

/// <summary>What every durable store has to do, done by SQLite, and what only SQLite can meet: a lock, a damaged page, a file that is gone. It is long because the contract has it look into the database from outside.</summary>
public sealed class SqliteStoreTests : DurableStoreContract
{
    private protected override StateSettings Settings => new() { Directory = Directory };

    private string Directory => Folder["state"];

    private string Database => Path.Combine(Directory, SqliteDatabase.FileName);

    [Fact]
    public async Task CommitAsync_FileLocked_WaitsAndSaysSoAndGoesOnByItself()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        for (var i = 0; i < 2; i++)
        {
            var commit = store.CommitAsync(Changes.Of((Requests, "b", $"{i}")));
            await NextRetryAsync();
            Assert.False(commit.IsCompleted);
            Assert.Equal($"The state in {Directory} cannot be written: another program has locked {Database}. Close it.", store.Problem);
            Assert.Equal([$"a=1", $"b={i}"], store.Read(Requests).Select(Changes.Text));
            Execute(other, "ROLLBACK");
            Time.Advance(StateWriter.RetryInterval);
            await commit;
            Assert.Null(store.Problem);
            Execute(other, i == 0 ? "BEGIN IMMEDIATE" : "SELECT 1");
        }

        Assert.Equal([LogLevel.Error, LogLevel.Information, LogLevel.Error, LogLevel.Information], Log.Lines.Select(line => line.Level));
        Assert.Equal(2, Log.CountOf("Until then nothing is acknowledged, and it is tried again every second."));
        Assert.Equal(2, Log.CountOf("can be written again"));
    }

    [Fact]
    public async Task BackUp_WhileTheServiceRuns_IsWhatAServiceGoesOnFrom()
    {
        var copy = System.IO.Directory.CreateDirectory(Folder["copy"]).FullName;
        await using (var store = Open())
        {
            await store.CommitAsync(Changes.Of((Requests, "a", "1")));
            var inspection = StateInspection.Of(Settings);
            inspection.BackUp(Path.Combine(copy, SqliteDatabase.FileName));
            await store.CommitAsync(Changes.Of((Requests, "b", "2")));

            Assert.Empty(inspection.Check());
            using var exported = new MemoryStream();
            Assert.Equal(2, inspection.Export(exported));
            Assert.Throws<StateException>(() => inspection.BackUp(Path.Combine(copy, SqliteDatabase.FileName)));
        }

        await using var gone = StateStore.Open(Settings with { Directory = copy }, Time, Log);
        Assert.Equal(["a=1"], gone.Read(Requests).Select(Changes.Text));
    }

    [Fact]
    public async Task Retention_DatabaseTooLargeWhileMoreComes_GoesAsFastAsThatComes()
    {
        const int before = 12_000, more = 12_000;
        await using (var store = StateStore.Open(Settings, TimeProvider.System, Log))
        {
            await CommitAsync(store, 0, before);
        }

        // As long as the writing takes is by the machine's clock.
        await using var small = StateStore.Open(Settings with { MaxSize = 2 << 20 }, TimeProvider.System, Log);
        await CommitAsync(small, before, more);

        Assert.InRange(small.Read(StateTables.Alerts).Count(), 0, before + (more / 2));

        static Task CommitAsync(IStateStore store, int from, int count)
        {
            var at = TimeProvider.System.GetUtcNow();
            return Task.WhenAll(Enumerable.Range(from, count).Chunk(100).Select(numbers =>
            {
                var changes = new StateChanges();
                foreach (var number in numbers)
                {
                    new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, SampleAlert.Exec() with { Id = $"{number:d16}", OpenedAt = at, ChangedAt = at.AddMilliseconds(number), Status = AlertStatus.Closed }), changes);
                }

                return store.CommitAsync(changes);
            }));
        }
    }

    [Fact]
    public async Task CommitAsync_ManyThatWait_AreOneTransaction()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        var first = store.CommitAsync(Changes.Of((Requests, "b", "1")));
        await NextRetryAsync();
        var before = Sequence();
        var rest = Enumerable.Range(0, 100).Select(i => store.CommitAsync(Changes.Of((Requests, $"{i}", "1"), (Requests, "b", $"{i}")))).ToArray();
        Execute(other, "ROLLBACK");
        Time.Advance(StateWriter.RetryInterval);
        await Task.WhenAll([first, .. rest]);

        Assert.Equal(before + 1, Sequence());
        Assert.Equal("99", Scalar("SELECT CAST(value AS text) FROM seen_requests WHERE key = 'b'"));
    }

    [Fact]
    public async Task WaitForRoomAsync_MuchWaits_CompletesWhenThereIsRoom()
    {
        using var held = DirectoryLock.Acquire(Directory);
        await using var store = await SqlStore.OpenAsync(new SqliteDatabase(Directory), Settings, null, Time, Log, _ => { }, roomBytes: 1000);
        await store.WaitForRoomAsync(CancellationToken.None);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        var commit = store.CommitAsync(Changes.Of((Requests, "a", new string('x', 2000))));
        var second = store.CommitAsync(Changes.Of((Requests, "b", "taken all the same")));
        var room = store.WaitForRoomAsync(CancellationToken.None).AsTask();
        using var given = new CancellationTokenSource();
        var given2 = store.WaitForRoomAsync(given.Token).AsTask();
        await NextRetryAsync();
        Assert.False(room.IsCompleted);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given2);

        Execute(other, "ROLLBACK");
        Time.Advance(StateWriter.RetryInterval);
        await room;
        await Task.WhenAll(commit, second);
    }

    [Fact]
    public async Task DisposeAsync_CannotWrite_FailsWhatWaitsAndLetsOthersIn()
    {
        var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        using (var other = Connect())
        {
            Execute(other, "BEGIN IMMEDIATE");
            var commit = store.CommitAsync(Changes.Of((Requests, "b", "1")));
            await NextRetryAsync();
            await store.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
        }

        await using var again = Open();
        Assert.Equal(["a=1"], again.Read(Requests).Select(Changes.Text));
    }

    [Fact]
    public async Task Problem_WriteHangs_SaysSo()
    {
        await using var store = Open();
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        var commit = store.CommitAsync(Changes.Of((Requests, "a", "1")));
        SpinWait.SpinUntil(() => store.Problem is not null || Jumped(), TimeSpan.FromSeconds(10));

        Assert.Matches("^The state in .* has been waiting for its disk or server for [0-9]+ s.$", store.Problem);
        Execute(other, "ROLLBACK");
        await commit;
        Assert.Null(store.Problem);

        bool Jumped()
        {
            Time.Advance(TimeSpan.FromSeconds(4));
            return false;
        }
    }

    [SkippableFact]
    public async Task Open_NewDirectory_IsReadableByItsOwnerOnly()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes");
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));

#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Directory));
        Assert.Equal(["auditwatch.db", "auditwatch.db-shm", "auditwatch.db-wal", "lock"], System.IO.Directory.EnumerateFiles(Directory).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(System.IO.Directory.EnumerateFiles(Directory), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
#pragma warning restore CA1416
    }

    [Theory]
    [InlineData("0000000001.log")]
    [InlineData("0000000012.snapshot")]
    public void Open_JournalOfAnOldVersion_IsRefusedAndLeftAsItIs(string journal)
    {
        System.IO.Directory.CreateDirectory(Directory);
        File.WriteAllText(Path.Combine(Directory, journal), "AWstate\n");

        Assert.StartsWith($"The directory {Directory} holds the journal of an early AuditWatch ({journal}), which this one cannot read.", Assert.Throws<StateException>(Open).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Database));
    }

    [Fact]
    public void Open_NoDatabase_IsRefusedWithWhatToDo()
    {
        System.IO.Directory.CreateDirectory(Directory);
        File.WriteAllText(Database, new string('x', 8192));

        var refusal = Assert.Throws<StateException>(Open).Message;
        Assert.StartsWith($"{Database} is damaged: file is not a database. Stop the service and look with 'auditwatch state check'.", refusal, StringComparison.Ordinal);
        Assert.Equal(new string('x', 8192), File.ReadAllText(Database));
    }

    [Fact]
    public async Task Read_PageDamaged_IsAnIOExceptionWithWhatToDo()
    {
        await using (var store = Open())
        {
            await store.CommitAsync(Changes.Of(Enumerable.Range(0, 500).Select(i => (Requests, $"{i:d4}", (string?)new string('x', 100)))));
        }

        var page = long.Parse(Scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'seen_requests'"), CultureInfo.InvariantCulture);
        using (var file = File.OpenWrite(Database))
        {
            file.Position = (page - 1) * 4096;
            file.Write(new byte[4096]);
        }

        await using var damaged = Open();
        Assert.StartsWith($"{Database} is damaged: ", Assert.Throws<StateException>(() => damaged.Read(Requests).ToList()).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Open_DirectoryThatAnybodyMayWriteTo_IsWarnedOf()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes");
#pragma warning disable CA1416 // Skipped there.
        const UnixFileMode group = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
        System.IO.Directory.CreateDirectory(Directory);
        File.SetUnixFileMode(Directory, group);
        await Open().DisposeAsync();
        Assert.Empty(Log.Lines);

        File.SetUnixFileMode(Directory, group | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        await Open().DisposeAsync();
#pragma warning restore CA1416
        Assert.StartsWith($"Anybody on this machine may write to the state directory {Directory}", Assert.Single(Log.Lines, line => line.Level == LogLevel.Warning).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommitAsync_FileRemoved_SaysSoAndAcknowledgesNothing()
    {
        var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        File.Delete(Database);
        var commit = store.CommitAsync(Changes.Of((Requests, "b", "1")));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await NextRetryAsync();
            Assert.StartsWith($"{Database} was removed while the service ran. Put it back and restart the service; ", store.Problem, StringComparison.Ordinal);
            Assert.False(commit.IsCompleted);
            Time.Advance(StateWriter.RetryInterval);
        }

        Assert.False(File.Exists(Database));
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
    }

    [Fact]
    public void Open_DirectoryIsAFile_IsRefused()
    {
        File.WriteAllText(Directory, "");

        Assert.EndsWith("It must be a directory that this user may read and write, on a volume with space.", Assert.Throws<StateException>(Open).Message, StringComparison.Ordinal);
    }

    private protected override long SizeInUse() =>
        long.Parse(Scalar("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"), CultureInfo.InvariantCulture);

    private protected override long Size() => long.Parse(Scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"), CultureInfo.InvariantCulture);

    private protected override void Execute(string statement)
    {
        using var connection = Connect();
        Execute(connection, statement);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private long Sequence() => long.Parse(Scalar("SELECT sequence FROM writer"), CultureInfo.InvariantCulture);

    private string Scalar(string query)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }
}
