using System.Data.Common;
using System.Globalization;

namespace AuditWatch.State.Sql;

/// <summary>How rows are read, the same way from every database.</summary>
internal static class SqlReading
{
    // As many as a statement may have values in every database, with room to spare.
    private const int MaxValues = 500;

    /// <summary>All rows of a table, in the order of their keys.</summary>
    public static IEnumerable<StateRow> All(SqlSession session, StateTable table) =>
        session.Query($"{table.Select} ORDER BY {string.Join(", ", table.Columns.Take(table.Keys).Select(column => column.Name))}", row => Row(table, row));

    /// <summary>The rows of which a column, else the first one, has one of several values, in the order of their keys.</summary>
    public static IEnumerable<StateRow> Of(SqlSession session, StateTable table, IEnumerable<string> anyOf, string? column = null) => anyOf.Chunk(MaxValues).SelectMany(values => session.Query(
        $"{table.Select} WHERE {column ?? table.Columns[0].Name} IN ({string.Join(", ", values.Select((_, index) => $"${index + 1}"))}) ORDER BY {string.Join(", ", table.Columns.Take(table.Keys).Select(column => column.Name))}",
        row => Row(table, row), [.. values]));

    /// <summary>The row that a reader is at, whose first columns are those of the table.</summary>
    public static StateRow Row(StateTable table, DbDataReader reader)
    {
        var values = new object?[table.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.IsDBNull(i) ? null : table.Columns[i].Type switch
            {
                StateType.Number => reader.GetInt64(i),
                StateType.Time => Time(reader, i),
                StateType.Bytes => (byte[])reader.GetValue(i),
                _ => reader.GetString(i),
            };
        }

        return new StateRow(table, values);
    }

    /// <summary>A time as text, for databases that have no type for it: its order is that of time.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>A time that a row has.</summary>
    public static DateTimeOffset Time(DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        string text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        var other => throw new InvalidDataException($"{other} is no time."),
    };
}
