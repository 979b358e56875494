using System.Text;

namespace AuditWatch.State;

/// <summary>Changes to be made together. Not thread-safe.</summary>
public sealed class StateChanges
{
    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>The largest text or record, in bytes.</summary>
    public const int MaxValueBytes = 64 << 20;

    /// <summary>The most bytes that all changes together take: keys, texts and records, and 16 for each value.</summary>
    public const int MaxTotalBytes = 256 << 20;

    private const int BytesPerValue = 16;

    private readonly List<StateChange> _changes = [];
    private long _bytes;

    /// <summary>The changes, in their order.</summary>
    public IReadOnlyList<StateChange> All => _changes;

    /// <summary>How many bytes they take together, as <see cref="MaxTotalBytes"/> counts them.</summary>
    internal long Bytes => _bytes;

    /// <summary>Sets the record of a key.</summary>
    /// <param name="table">The table, one of records.</param>
    /// <param name="key">The key, 1 to <see cref="MaxKeyBytes"/> long.</param>
    /// <param name="value">The record, at most <see cref="MaxValueBytes"/> long; it is copied.</param>
    /// <exception cref="ArgumentException">One of them is too long or empty, or all changes together are too large.</exception>
    public void Put(StateTable table, string key, ReadOnlyMemory<byte> value) => Put(table, [key, value.ToArray()]);

    /// <summary>Sets a row: whatever there was of its key is gone.</summary>
    /// <param name="table">The table.</param>
    /// <param name="values">
    /// A value for each column: text, <see cref="int"/>, <see cref="long"/>, <see cref="DateTimeOffset"/>, bytes (which must not change any more) or null. Halves of surrogate pairs, which UTF-8 cannot
    /// say, and U+0000, which not every database takes, become U+FFFD.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer of them, one is too long, a part of the key is empty, or all changes together are too large.</exception>
    public void Put(StateTable table, object?[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, table.Columns.Count, nameof(values));
        Add(table, values, isDelete: false);
    }

    /// <summary>Removes the row of a key, if there is one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The values of the columns that are its key.</param>
    /// <exception cref="ArgumentException">There are more or fewer of them, one is too long or empty, or all changes together are too large.</exception>
    public void Delete(StateTable table, params object?[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, table.Keys, nameof(key));
        Add(table, key, isDelete: true);
    }

    private void Add(StateTable table, object?[] values, bool isDelete)
    {
        var row = new object?[values.Length];
        var bytes = _bytes;
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = Checked(values[i], i < table.Keys ? MaxKeyBytes : MaxValueBytes, mayBeEmpty: i >= table.Keys || table.Keys > 1, table.Columns[i].Name, ref bytes);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MaxTotalBytes, nameof(values));
        _bytes = bytes;
        _changes.Add(new StateChange(new StateRow(table, row), isDelete));
    }

    private static object? Checked(object? value, int most, bool mayBeEmpty, string column, ref long bytes)
    {
        var checkedValue = value switch
        {
            int number => (long)number,
            string text => Sayable(text),
            DateTimeOffset time => ToMicroseconds(time),
            null or long or byte[] => value,
            _ => throw new ArgumentException($"{column} cannot be a {value.GetType().Name}.", nameof(value)),
        };
        var length = checkedValue is string said ? Encoding.UTF8.GetByteCount(said) : checkedValue is byte[] record ? record.Length : 0;
        bytes += BytesPerValue + length;
        return length > most ? throw new ArgumentException($"{column} takes {length} bytes; the most is {most}.", nameof(value))
            : !mayBeEmpty && checkedValue is null or "" ? throw new ArgumentException($"{column} is empty.", nameof(value))
            : checkedValue;
    }

    /// <summary>A text as every database can keep it.</summary>
    internal static string Sayable(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0', StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
            : text;

    // As precise as every database is.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

/// <summary>One change.</summary>
/// <param name="Row">The row from now on; of one to remove, its key.</param>
/// <param name="IsDelete">Whether the row is to be removed.</param>
public readonly record struct StateChange(StateRow Row, bool IsDelete);
