namespace AuditWatch.State.Sql;

/// <summary>
/// The tables, and how a database of an earlier version gets them: each version is what the one before was changed by, and is never changed itself once it
/// has been released. A version also stands for how records look that are nested in a column.
/// </summary>
internal static class SqlSchema
{
    private const string Updates = "ALTER TABLE alerts ADD COLUMN updates {json};";

    private const string Changes = "ALTER TABLE alert_requests ADD COLUMN changes {json};";

    private const string Tokens = """
        CREATE TABLE api_tokens (
          id {key} PRIMARY KEY,
          name text NOT NULL,
          role text NOT NULL,
          sha256 {bytes} NOT NULL,
          created_by text NOT NULL,
          created_at {time} NOT NULL,
          expires_at {time} NOT NULL);
        """;

    /// <summary>What each version changes, the first one first.</summary>
    public static IReadOnlyList<SqlSchemaVersion> Versions { get; } = [SqlSchemaVersion1.Changes, SqlSchemaVersion2.Changes, new SqlSchemaVersion(Updates), new SqlSchemaVersion(Tokens), SqlSchemaVersion5.Changes, SqlSchemaVersion6.Changes, new SqlSchemaVersion(Changes)];

    /// <summary>Brings a database to the newest version, all steps or none.</summary>
    /// <param name="database">The database.</param>
    /// <param name="session">A session of it that writes.</param>
    /// <param name="versions">The versions that this program knows.</param>
    /// <exception cref="StateException">It is of a newer version.</exception>
    public static void Update(SqlDatabase database, SqlSession session, IReadOnlyList<SqlSchemaVersion> versions) => session.Transact(() =>
    {
        session.Execute("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)");
        var version = VersionOf(database, session, versions.Count);
        if (version == 0)
        {
            session.Execute("INSERT INTO schema_version VALUES (0)");
        }

        foreach (var step in versions.Skip((int)version))
        {
            session.Execute(database.Define(step));
        }

        session.Execute("UPDATE schema_version SET version = $1", (long)versions.Count);
    });

    /// <summary>The version of a database, 0 for none.</summary>
    /// <exception cref="StateException">It is newer than <paramref name="known"/>.</exception>
    public static long VersionOf(SqlDatabase database, SqlSession session, int known)
    {
        var version = session.Query("SELECT version FROM schema_version", row => row.GetInt64(0)).SingleOrDefault();
        return version <= known ? version : throw new StateException(
            $"{database.Name} was written by a newer AuditWatch: it has version {version} of the schema, and this program knows version {known}. Use the newer program, or a backup from "
            + "before the update.");
    }
}

/// <summary>What a version of the schema changes.</summary>
/// <param name="Everywhere">
/// In every database. What differs in their words stands in braces: <c>{key}</c> is a text in the order of its bytes, <c>{number}</c> a number that the database raises by
/// itself and the primary key, <c>{time}</c>, <c>{json}</c> and <c>{bytes}</c> are types, and <c>{clustered}</c> follows a table that is only looked up by its key.
/// </param>
/// <param name="InSqlite">In SQLite, after that.</param>
/// <param name="InPostgres">In PostgreSQL, after that.</param>
internal sealed record SqlSchemaVersion(string Everywhere, string InSqlite = "", string InPostgres = "")
{
    /// <summary>The statements of a database in its words.</summary>
    public string In(bool isSqlite, params ReadOnlySpan<(string Word, string Meaning)> words)
    {
        var text = Everywhere + (isSqlite ? InSqlite : InPostgres);
        foreach (var (word, meaning) in words)
        {
            text = text.Replace(word, meaning, StringComparison.Ordinal);
        }

        return text;
    }
}
