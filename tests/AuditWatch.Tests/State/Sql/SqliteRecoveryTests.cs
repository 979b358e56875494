using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Tests.Notifications;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Sql;

/// <summary>A database is damaged: it is opened with what can be read of it, and somebody hears of the rest.</summary>
public sealed class SqliteRecoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private VirtualTime Time { get; } = new();

    private RecordingLogger<IStateStore> Log { get; } = new();

    private static StateTable Requests => StateTables.SeenRequests;

    private string Directory => _folder["state"];

    private string Database => Path.Combine(Directory, SqliteDatabase.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_PageDamaged_KeepsTheRestAndSaysWhatIsLost()
    {
        const int rows = 500;
        await using (var store = Open())
        {
            await store.CommitAsync(Changes.Of(Enumerable.Range(0, rows).SelectMany(i => new[] { (Requests, $"{i:d4}", (string?)new string('x', 100)), (StateTables.Sources, $"{i:d4}", "kept") })));
        }

        // A leaf in the middle of the table, found by what is in it.
        var file = await File.ReadAllBytesAsync(Database);
        var page = Enumerable.Range(1, (file.Length / 4096) - 1).Where(n => file[n * 4096] == 0x0d && file.AsSpan(n * 4096, 4096).IndexOf("xxxx"u8) >= 0).ElementAt(3);
        file.AsSpan(page * 4096, 4096).Fill(0xff);
        await File.WriteAllBytesAsync(Database, file);

        await using var recovered = Open(recovers: true);

        var kept = recovered.Read(Requests).Count();
        Assert.InRange(kept, rows - 60, rows - 1);
        Assert.Equal(rows, recovered.Read(StateTables.Sources).Count());
        var said = Assert.Single(Log.Lines, line => line.Level == LogLevel.Error).Text;
        Assert.StartsWith($"The state in {Directory} was damaged and is recovered: {rows + kept:N0} rows are kept; lost: at most {rows - kept:N0} of seen_requests, of which {kept:N0} are kept. The damaged file is kept as {Database}.damaged-", said, StringComparison.Ordinal);
        Assert.Equal(file, await File.ReadAllBytesAsync(Assert.Single(System.IO.Directory.GetFiles(Directory, "*.damaged-*Z"))));
        Assert.Empty(StateInspection.Of(new StateSettings { Directory = Directory }).Check());
        await recovered.CommitAsync(Changes.Of((Requests, "new", "1")));
        Assert.Equal(kept + 1, recovered.Read(Requests).Count());
    }

    [Fact]
    public async Task Open_RecordDamaged_OthersGoOnWithTheirNumbersAndAreFound()
    {
        Write(Alerts(3));
        Execute("UPDATE alerts SET why = '[\"broken' WHERE seq = 2");

        await using var recovered = Open(recovers: true);

        Assert.Contains("lost: 1 of alerts, of which 2 are kept.", Assert.Single(Log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
        Assert.Equal(["0000000000000002", "0000000000000000"], recovered.Search(new AlertSearch { Limit = 10 }).Rows.Select(row => row.Text("id")));
        Assert.Equal("3", Scalar("SELECT max(seq) FROM alerts"));
        Assert.Equal("3", Scalar("SELECT opened FROM detection_days")); // What was, was.
    }

    [Fact]
    public async Task Open_NoDatabase_BeginsAnewAndSaysSo()
    {
        System.IO.Directory.CreateDirectory(Directory);
        await File.WriteAllTextAsync(Database, new string('x', 8192));

        await using var recovered = Open(recovers: true);

        Assert.Empty(recovered.Read(Requests));
        Assert.Contains("0 rows are kept; lost: all of alerts; all of detections;", Assert.Single(Log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
        Assert.Equal(new string('x', 8192), await File.ReadAllTextAsync(Assert.Single(System.IO.Directory.GetFiles(Directory, "*.damaged-*"))));
    }

    [Fact]
    public async Task Open_NotDamaged_ChangesNothing()
    {
        await using (var store = Open())
        {
            await store.CommitAsync(Changes.Of((Requests, "a", "1")));
        }

        var before = await File.ReadAllBytesAsync(Database);
        await using (var same = Open(recovers: true))
        {
            Assert.Single(same.Read(Requests));
        }

        Assert.Equal($"The state in {Directory} is not damaged: there is nothing to recover", Assert.Single(Log.Lines).Text);
        Assert.Equal(before.Length, new FileInfo(Database).Length);
        Assert.Equal(["auditwatch.db", "lock"], System.IO.Directory.GetFileSystemEntries(Directory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Open_NameOfAColumnDamaged_LosesThatColumnAlone()
    {
        Write(Alerts(3));
        var bytes = File.ReadAllBytes(Database);
        var place = bytes.AsSpan().IndexOf("CREATE TABLE alerts"u8);
        bytes[place + bytes.AsSpan(place).IndexOf("objects"u8)] ^= 1;
        File.WriteAllBytes(Database, bytes);

        Read();

        Assert.Equal(1, Log.CountOf("objects in all rows of alerts"));
    }

    [Fact]
    public void Open_BitsFlipped_OpensAndReadsWhateverIsLeft()
    {
        Write(Alerts(200));
        var whole = File.ReadAllBytes(Database);
        Prop.ForAll(Gen.Choose(0, (whole.Length * 8) - 1).ArrayOf(5).ToArbitrary(), bits =>
        {
            var damaged = (byte[])whole.Clone();
            Array.ForEach(bits, bit => damaged[bit / 8] ^= (byte)(1 << (bit % 8)));
            Array.ForEach(System.IO.Directory.GetFiles(Directory, "auditwatch.db*"), File.Delete);
            File.WriteAllBytes(Database, damaged);
            Read();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(LongForm.Of(100)));
    }

    private IStateStore Open(bool recovers = false) => StateStore.Open(new StateSettings { Directory = Directory, Recovers = recovers }, Time, Log);

    private void Write(StateChanges changes) => Task.Run(async () =>
    {
        await using var store = Open();
        await store.CommitAsync(changes);
    }).GetAwaiter().GetResult();

    private void Read() => Task.Run(async () =>
    {
        await using var store = Open(recovers: true);
        foreach (var table in StateTables.All)
        {
            _ = store.Read(table).Count();
        }
    }).GetAwaiter().GetResult();

    private static StateChanges Alerts(int count)
    {
        var changes = new StateChanges();
        for (var i = 0; i < count; i++)
        {
            new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, SampleAlert.Exec() with { Id = $"{i:d16}" }), changes);
        }

        return changes;
    }

    private void Execute(string statement) => Run(command => command.ExecuteNonQuery(), statement);

    private string Scalar(string query) => Convert.ToString(Run(command => command.ExecuteScalar(), query), CultureInfo.InvariantCulture)!;

    private T Run<T>(Func<SqliteCommand, T> run, string text)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return run(command);
    }
}
