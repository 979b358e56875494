using System.Globalization;

namespace AuditWatch.State;

/// <summary>A row of a table, as it was read or is to be written. Immutable.</summary>
/// <param name="table">The table.</param>
/// <param name="values">A value for each column: text, <see cref="long"/>, <see cref="DateTimeOffset"/> in UTC, bytes or null.</param>
public sealed class StateRow(StateTable table, IReadOnlyList<object?> values)
{
    /// <summary>The table.</summary>
    public StateTable Table => table;

    /// <summary>The values in the order of the columns.</summary>
    public IReadOnlyList<object?> Values => values;

    /// <summary>The text, or JSON, of a column; empty for null.</summary>
    public string Text(string column) => OptionalText(column) ?? "";

    /// <summary>The text, or JSON, of a column.</summary>
    public string? OptionalText(string column) => (string?)this[column];

    /// <summary>The number of a column; 0 for null.</summary>
    public long Number(string column) => OptionalNumber(column) ?? 0;

    /// <summary>The number of a column.</summary>
    public long? OptionalNumber(string column) => (long?)this[column];

    /// <summary>The time of a column; the beginning of all time for null.</summary>
    public DateTimeOffset Time(string column) => this[column] is DateTimeOffset time ? time : default;

    /// <summary>The bytes of a column; none for null.</summary>
    public ReadOnlyMemory<byte> Bytes(string column) => (byte[]?)this[column];

    /// <summary>The key as one text.</summary>
    internal string Key => table.Keys == 1 ? (string)values[0]! : string.Join('\n', values.Take(table.Keys).Select(Said));

    private static string? Said(object? value) => value is DateTimeOffset time ? time.ToString("O", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture);

    private object? this[string column] => values[table.PlaceOf(column)];
}
