namespace AuditWatch.State.Sql;

/// <summary>The statements by which records are changed and read.</summary>
internal static class SqlTables
{
    /// <summary>The statement that makes a change.</summary>
    public static SqlStatement Change(in StateChange change) => change.Value is { } value
        ? new SqlStatement($"INSERT INTO {Named(change.Table)} (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", change.Key, value.ToArray())
        : new SqlStatement($"DELETE FROM {Named(change.Table)} WHERE key = $1", change.Key);

    /// <summary>The records of a table, in the order of their keys.</summary>
    public static IEnumerable<StateRecord> Read(SqlSession session, string table) =>
        session.Query($"SELECT key, value FROM {Named(table)} ORDER BY key", row => new StateRecord(row.GetString(0), (byte[])row.GetValue(1)));

    private static string Named(string table) => table.Replace('-', '_');
}
