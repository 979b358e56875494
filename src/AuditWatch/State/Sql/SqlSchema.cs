namespace AuditWatch.State.Sql;

/// <summary>
/// The tables, and how a database of an earlier version gets them: each version is what the one before was changed by, and is never changed itself once it
/// has been released. A version also stands for how records look that are nested in a column.
/// </summary>
internal static class SqlSchema
{
    private const string First = """
        CREATE TABLE writer (epoch bigint NOT NULL, sequence bigint NOT NULL);
        INSERT INTO writer VALUES (0, 0);
        CREATE TABLE alerts (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE silences (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE groups (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE outbox (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE receipts (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE dead_letters (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE requests (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE findings (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE first_seen (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE first_seen_clusters (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE checkpoints (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE sources (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        """;

    /// <summary>What each version changes, the first one first.</summary>
    public static IReadOnlyList<string> Versions { get; } = [First];

    /// <summary>Brings a database to the newest version, all steps or none.</summary>
    /// <param name="database">The database.</param>
    /// <param name="session">A session of it that writes.</param>
    /// <param name="versions">The versions that this program knows.</param>
    /// <exception cref="StateException">It is of a newer version.</exception>
    public static void Update(SqlDatabase database, SqlSession session, IReadOnlyList<string> versions) => session.Transact(() =>
    {
        session.Execute("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)");
        var version = session.Query("SELECT version FROM schema_version", row => row.GetInt64(0)).SingleOrDefault();
        if (version > versions.Count)
        {
            throw new StateException(
                $"{database.Name} was written by a newer AuditWatch: it has version {version} of the schema, and this program knows version {versions.Count}. Use the newer program, or a backup "
                + "from before the update.");
        }

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
}
