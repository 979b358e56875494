using System.Text;

namespace AuditWatch.State;

/// <summary>Changes to be made together. Not thread-safe.</summary>
public sealed class StateChanges
{
    /// <summary>The longest name of a table, in bytes of UTF-8.</summary>
    public const int MaxTableBytes = 255;

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>The largest record, in bytes.</summary>
    public const int MaxValueBytes = 64 << 20;

    /// <summary>The most bytes that all changes together take: tables, keys, records, and 16 for each change.</summary>
    public const int MaxTotalBytes = 256 << 20;

    private const int BytesPerChange = 16;

    private readonly List<StateChange> _changes = [];
    private long _bytes;

    /// <summary>The changes, in their order.</summary>
    public IReadOnlyList<StateChange> All => _changes;

    /// <summary>How many bytes they take together, as <see cref="MaxTotalBytes"/> counts them.</summary>
    internal long Bytes => _bytes;

    /// <summary>Sets the record of a key.</summary>
    /// <param name="table">The table, 1 to <see cref="MaxTableBytes"/> long.</param>
    /// <param name="key">The key, 1 to <see cref="MaxKeyBytes"/> long. Halves of surrogate pairs, which UTF-8 cannot say, and U+0000, which not every database takes, become U+FFFD.</param>
    /// <param name="value">The record, at most <see cref="MaxValueBytes"/> long; it must not change until the commit has been called for.</param>
    /// <exception cref="ArgumentException">One of them is too long or empty, or all changes together are too large.</exception>
    public void Put(string table, string key, ReadOnlyMemory<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxValueBytes, nameof(value));
        Add(table, key, value);
    }

    /// <summary>Removes the record of a key, if there is one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">One of them is too long or empty, or all changes together are too large.</exception>
    public void Delete(string table, string key) => Add(table, key, null);

    private void Add(string table, string key, ReadOnlyMemory<byte>? value)
    {
        table = Checked(table, MaxTableBytes, nameof(table), out var tableLength);
        key = Checked(key, MaxKeyBytes, nameof(key), out var keyLength);
        var bytes = _bytes + BytesPerChange + tableLength + keyLength + (value?.Length ?? 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MaxTotalBytes, nameof(value));
        _bytes = bytes;
        _changes.Add(new StateChange(table, key, value));
    }

    private static string Checked(string text, int max, string name, out int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, name);
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0', StringComparison.Ordinal))
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
        }

        length = Encoding.UTF8.GetByteCount(text);
        return length <= max ? text : throw new ArgumentException($"It takes {length} bytes; the most is {max}.", name);
    }
}

/// <summary>One change.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The record from now on; null to remove it.</param>
public readonly record struct StateChange(string Table, string Key, ReadOnlyMemory<byte>? Value);

/// <summary>A record.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its content.</param>
public readonly record struct StateRecord(string Key, ReadOnlyMemory<byte> Value);
