using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AuditWatch.State.Sql;

/// <summary>A connection to a file of SQLite; what it commits again and again is prepared once. Not thread-safe.</summary>
/// <param name="connection">The connection.</param>
/// <param name="file">The file, which is looked for before something is written; null for none.</param>
internal sealed class SqliteSession(SqliteConnection connection, string? file = null) : SqlSession(connection)
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public override void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        base.Dispose();
    }

    protected override string BeginToRead => "BEGIN";

    // Whoever writes later anyway takes the lock at once, and never has to give up what it has read.
    protected override void Begin()
    {
        // Into a file that has been removed, everything can be written, and is gone with the process.
        if (file is not null && !File.Exists(file))
        {
            throw new StateException(SqliteDatabase.WasRemoved(file));
        }

        Prepared("BEGIN IMMEDIATE", []).ExecuteNonQuery();
    }

    protected override bool Run(SqlStatement condition, IReadOnlyList<SqlStatement> statements)
    {
        if (Prepared(condition.Text, condition.Values).ExecuteNonQuery() == 0)
        {
            return false;
        }

        foreach (var statement in statements)
        {
            Prepared(statement.Text, statement.Values).ExecuteNonQuery();
        }

        return true;
    }

    protected override DbCommand Command(string text, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", ValueOf(values[i]));
        }

        return command;
    }

    private SqliteCommand Prepared(string text, object?[] values)
    {
        if (!_prepared.TryGetValue(text, out var command))
        {
            _prepared.Add(text, command = (SqliteCommand)Command(text, values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = ValueOf(values[i]);
        }

        return command;
    }

    private static object ValueOf(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => SqlReading.Text(time),
        JsonText json => json.Text,
        _ => value,
    };
}
