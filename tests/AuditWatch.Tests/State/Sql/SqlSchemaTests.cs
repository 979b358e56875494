using AuditWatch.State;
using AuditWatch.State.Sql;

namespace AuditWatch.Tests.State.Sql;

public sealed class SqlSchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool> Databases => [false, true];

    public static TheoryData<int, bool> Fixtures
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var version in StateFixture.Versions)
            {
                data.Add(version, false);
                data.Add(version, true);
            }

            return data;
        }
    }

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

    [Fact]
    public void Versions_EachOne_HasFixtures() => Assert.Equal(Enumerable.Range(1, SqlSchema.Versions.Count), StateFixture.Versions);

    [SkippableTheory]
    [MemberData(nameof(Fixtures))]
    public void Update_FixtureOfAnEarlierVersion_IsLikeANewDatabase(int version, bool isPostgres)
    {
        var fresh = Create(isPostgres, "new");
        using (var session = fresh.OpenToWrite())
        {
            SqlSchema.Update(fresh, session, SqlSchema.Versions);
        }

        var database = Create(isPostgres, "old");
        if (isPostgres)
        {
            StateFixture.IntoPostgres(version, File.ReadAllText(_folder["old"]));
        }
        else
        {
            StateFixture.IntoSqlite(version, _folder[$"old/{SqliteDatabase.FileName}"]);
        }

        using var updated = database.OpenToWrite();
        Assert.Equal(version, SqlSchema.VersionOf(database, updated, SqlSchema.Versions.Count));
        SqlSchema.Update(database, updated, SqlSchema.Versions);

        using var read = fresh.OpenToRead();
        Assert.Equal(Describe(read, isPostgres), Describe(updated, isPostgres));
        Assert.All(StateTables.All, table => Assert.NotNull(SqlReading.All(updated, table).ToList()));
        Assert.Empty(database.Check(updated));
        var alerts = SqlReading.All(updated, StateTables.Alerts).ToList();
        Assert.InRange(alerts.Count, 30, int.MaxValue);
        Assert.Equal(
            alerts.GroupBy(alert => (alert.Time("opened_at").ToString("yyyy-MM-dd", null), alert.Text("detection"), alert.Text("cluster")))
                .Select(group => (group.Key, (long)group.Count(), (long)group.Count(alert => alert.Text("status") == "closed"), group.Max(alert => alert.Time("last_seen")))).Order(),
            SqlReading.All(updated, StateTables.DetectionDays).Select(day => ((day.Text("day"), day.Text("detection"), day.Text("cluster")), day.Number("opened"), day.Number("closed"), day.Time("last_seen"))).Order());

        // What was there before is found by its objects, too.
        var requests = SqlReading.All(updated, StateTables.Requests).Select(row => (Alert: row.Text("alert_id"), AuditWatch.Alerts.RequestRow.Read(row).ObjectRef?.Path)).Where(one => one.Path is not null).ToList();
        Assert.All(requests.GroupBy(one => one.Path), group => Assert.Equal(
            group.Select(one => one.Alert).Distinct().Order(), database.Search(updated, new AlertSearch { Object = group.Key, Limit = 1_000 }).Rows.Select(row => row.Text("id")).Order()));
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

    private SqlDatabase Create(bool isPostgres, string name = "state")
    {
        if (!isPostgres)
        {
            return new SqliteDatabase(Directory.CreateDirectory(_folder[name]).FullName);
        }

        File.WriteAllText(_folder[name], PostgresServer.Shared().NewSchema());
        return new PostgresDatabase(_folder[name]);
    }

    // Every table, column, index and trigger.
    private static List<string> Describe(SqlSession session, bool isPostgres) => [.. session.Query(
        !isPostgres ? "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
        : """
          SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') || ' ' || is_identity FROM information_schema.columns WHERE table_schema = current_schema()
          UNION SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1
          """,
        row => row.GetString(0))];
}
