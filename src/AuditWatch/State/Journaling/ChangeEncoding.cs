using System.Buffers.Binary;
using System.Text;

namespace AuditWatch.State.Journaling;

/// <summary>
/// Changes as bytes, one after the other: whether it puts (1) or deletes (0), in a byte; the table, with its length in a byte; the key, with its length in two;
/// and of a put the value, with its length in four. Numbers are little-endian.
/// </summary>
internal static class ChangeEncoding
{
    private const byte IsPut = 1;
    private const byte IsDelete = 0;

    /// <summary>How many bytes a change takes.</summary>
    public static long SizeOf(in StateChange change) => SizeOf(change.Table, change.Key) + (change.Value is { } value ? sizeof(int) + value.Length : 0);

    /// <summary>How many bytes it takes to put a record.</summary>
    public static long SizeOfPut(string table, string key, int valueLength) => SizeOf(table, key) + sizeof(int) + valueLength;

    /// <summary>Writes a change.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(in StateChange change, Span<byte> to)
    {
        to[0] = change.Value is null ? IsDelete : IsPut;
        var length = 2 + (to[1] = (byte)Encoding.UTF8.GetBytes(change.Table, to[2..]));
        var keyLength = Encoding.UTF8.GetBytes(change.Key, to[(length + sizeof(ushort))..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to[length..], (ushort)keyLength);
        length += sizeof(ushort) + keyLength;
        if (change.Value is { } value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[length..], value.Length);
            length += sizeof(int);
            value.Span.CopyTo(to[length..]);
            length += value.Length;
        }

        return length;
    }

    /// <summary>The changes that bytes hold.</summary>
    public static Reader Read(ReadOnlySpan<byte> changes) => new(changes);

    private static long SizeOf(string table, string key) => 1 + 1 + Encoding.UTF8.GetByteCount(table) + sizeof(ushort) + Encoding.UTF8.GetByteCount(key);

    /// <summary>Goes from change to change.</summary>
    internal ref struct Reader(ReadOnlySpan<byte> changes)
    {
        private readonly ReadOnlySpan<byte> _changes = changes;
        private int _next;

        /// <summary>The table of the change.</summary>
        public string Table { get; private set; } = "";

        /// <summary>The key of the change.</summary>
        public string Key { get; private set; } = "";

        /// <summary>Where among the bytes the value begins; meaningless if it deletes.</summary>
        public int ValueOffset { get; private set; }

        /// <summary>The length of the value in bytes; null if the change deletes.</summary>
        public int? ValueLength { get; private set; }

        /// <summary>Goes to the next change.</summary>
        /// <returns>False if there is none.</returns>
        /// <exception cref="InvalidDataException">These are not changes.</exception>
        public bool MoveNext()
        {
            if (_next == _changes.Length)
            {
                return false;
            }

            var kind = Take(1)[0];
            Table = Encoding.UTF8.GetString(Take(Take(1)[0]));
            Key = Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)))));
            ValueLength = kind switch
            {
                IsPut => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))),
                IsDelete => null,
                _ => throw new InvalidDataException($"There is no change of kind {kind}."),
            };
            ValueOffset = _next;
            Take(ValueLength ?? 0);
            return true;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > _changes.Length - _next)
            {
                throw new InvalidDataException("A change is longer than the frame.");
            }

            _next += count;
            return _changes.Slice(_next - count, count);
        }
    }
}
