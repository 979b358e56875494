using AuditWatch.State;
using AuditWatch.State.Sql;
using AuditWatch.Tests.Sources;

namespace AuditWatch.Tests.State.Sql;

public sealed class SqlSchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool> Databases => [false, true];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Databases))]
    public void Update_NewDatabase_HasTheTablesThatAreWrittenTo(bool isPostgres)
    {
        var database = Create(isPostgres);
        using var session = database.OpenToWrite();
        SqlSchema.Update(database, session, SqlSchema.Versions);

        Assert.All(StateTables.All, table => Assert.Empty(SqlReading.All(session, table)));
        Assert.Equal(SqlSchema.Versions.Count, SqlSchema.VersionOf(database, session, known: 100));
    }

    [SkippableTheory]
    [MemberData(nameof(Databases))]
    public void Update_EarlierVersion_KeepsWhatIsThere(bool isPostgres)
    {
        var database = Create(isPostgres);
        using var session = database.OpenToWrite();
        SqlSchema.Update(database, session, SqlSchema.Versions);
        session.Execute("INSERT INTO sources VALUES ('a', $1)", new byte[] { 1 });

        SqlSchema.Update(database, session, [.. SqlSchema.Versions, new SqlSchemaVersion("ALTER TABLE sources ADD COLUMN seen {time}; UPDATE sources SET key = 'b';", "UPDATE sources SET key = key || '-sqlite';", "UPDATE sources SET key = key || '-postgres';")]);

        Assert.Equal([isPostgres ? "b-postgres" : "b-sqlite"], session.Query("SELECT key FROM sources WHERE seen IS NULL", row => row.GetString(0)));
        Assert.Equal(SqlSchema.Versions.Count + 1, SqlSchema.VersionOf(database, session, known: 100));
        Assert.Throws<StateException>(() => SqlSchema.Update(database, session, SqlSchema.Versions));
    }

    [SkippableTheory]
    [MemberData(nameof(Databases))]
    public void Update_StepFails_LeavesTheVersionBefore(bool isPostgres)
    {
        var database = Create(isPostgres);
        using var session = database.OpenToWrite();
        SqlSchema.Update(database, session, SqlSchema.Versions);

        Assert.ThrowsAny<System.Data.Common.DbException>(() => SqlSchema.Update(database, session, [.. SqlSchema.Versions, new SqlSchemaVersion("DROP TABLE sources; DROP TABLE there_is_none;")]));

        Assert.Empty(SqlReading.All(session, StateTables.Sources));
        Assert.Equal(SqlSchema.Versions.Count, SqlSchema.VersionOf(database, session, known: 100));
    }

    private SqlDatabase Create(bool isPostgres)
    {
        if (!isPostgres)
        {
            return new SqliteDatabase(Path.GetDirectoryName(_folder["file"])!);
        }

        File.WriteAllText(_folder["connection"], PostgresServer.Shared().NewSchema());
        return new PostgresDatabase(_folder["connection"]);
    }
}
