using AuditWatch.State;
using AuditWatch.State.Sql;

namespace AuditWatch.Tests.State.Sql;

public sealed class PostgresStoreTests : DurableStoreContract
{
    private string? _connectionString;

    private protected override StateSettings Settings
    {
        get
        {
            _connectionString ??= PostgresServer.Shared().NewSchema();
            File.WriteAllText(Folder["connection"], _connectionString + "\n");
            return new StateSettings { ConnectionStringFile = Folder["connection"] };
        }
    }

    [SkippableFact]
    public void Open_WrongPassword_IsRefusedWithoutTellingIt()
    {
        _connectionString = PostgresServer.Shared().NewSchema().Replace(PostgresServer.Password, "not-" + PostgresServer.Password, StringComparison.Ordinal);

        var refusal = Assert.Throws<StateException>(Open).Message;
        Assert.Equal(
            $"The state in the PostgreSQL database postgres on 127.0.0.1 cannot be used: password authentication failed for user \"auditwatch\". Correct what stands in {Folder["connection"]}.", refusal);
    }

    [Fact]
    public void Open_ServerNotThere_IsRefusedWithWhatToDo()
    {
        _connectionString = "Host=127.0.0.1;Port=1;Username=auditwatch;Password=secret;Database=state";

        Assert.Equal(
            "The state in the PostgreSQL database state on 127.0.0.1 cannot be reached: Connection refused. Look whether the server runs.", Assert.Throws<StateException>(Open).Message);
    }

    [Theory]
    [InlineData("postgres://user:secret@host/db")]
    [InlineData("Host=db;Port=secret")]
    [InlineData("Username=secret")]
    [InlineData("")]
    public void Open_NoConnectionString_IsRefusedWithoutTellingIt(string text)
    {
        _connectionString = text;

        var refusal = Assert.Throws<StateException>(Open).Message;
        Assert.EndsWith("write Host=…;Database=…;Username=…;Password=….", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Open_ServerLosesCommitsToBeFaster_DoesNot()
    {
        _connectionString = PostgresServer.Shared().NewSchema() + ";Options=-c synchronous_commit=off";
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "a", "1")));

        var lag = PostgresServer.Scalar<long>("SELECT (pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn())::bigint", PostgresServer.Shared().ConnectionString());

        // The header of a page that begins is not flushed before there is something on it.
        Assert.InRange(lag, 0, 40);
    }

    [SkippableFact]
    public async Task Roles_AsDocumented_ReadWhatIsForPeopleAndNoMore()
    {
        await using var store = Open();
        var documented = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "state.md")).Split("```sql\n")[1].Split("```")[0];
        var statements = documented.Split("-- alerts by level");
        var server = PostgresServer.Shared();
        server.Execute(statements[0].Replace("SCHEMA public", "SCHEMA " + new Npgsql.NpgsqlConnectionStringBuilder(_connectionString).SearchPath, StringComparison.Ordinal), _connectionString);
        var soc = $"{_connectionString!.Replace(PostgresServer.Password, "change me", StringComparison.Ordinal)};Username=soc";

        server.Execute($"-- alerts by level{statements[1]}", soc);
        Assert.Equal(0, PostgresServer.Scalar<long>("SELECT count(*) FROM alerts a JOIN alert_history h ON h.alert_id = a.id JOIN alert_requests r ON r.alert_id = a.id", soc));
        foreach (var refused in new[] { "DELETE FROM alerts", "SELECT * FROM seen_requests", "SELECT * FROM notifications", "UPDATE writer SET epoch = 0" })
        {
            Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<Npgsql.PostgresException>(() => server.Execute(refused, soc)).SqlState);
        }
    }

    // What autovacuum does in its own time.
    private protected override long SizeInUse()
    {
        foreach (var table in StateTables.All)
        {
            Execute($"VACUUM (ANALYZE) {table.Name}");
        }

        using var session = new PostgresDatabase(Folder["connection"]).OpenToRead();
        return new PostgresDatabase(Folder["connection"]).BytesInUse(session, isExact: false);
    }

    private protected override long Size() => SizeInUse();

    private protected override void Execute(string statement) => PostgresServer.Shared().Execute(statement, _connectionString);
}
