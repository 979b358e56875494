using System.Buffers;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Reassembles long lines that a container runtime has split into pieces of 16 KiB. Lines are keyed by the stream they were written to, because those of
/// several containers may be interleaved. Bounded in number and length. Not thread-safe.
/// </summary>
internal sealed class LineHalves
{
    /// <summary>The maximum length of a line in bytes; a longer one is dropped.</summary>
    public const int LongestLine = 16 << 20;

    private const int MostLines = 64;

    private readonly Dictionary<string, ArrayBufferWriter<byte>> _lines = new(StringComparer.Ordinal);

    /// <summary>Whether any line is incomplete.</summary>
    public bool AreOpen => _lines.Count > 0;

    /// <summary>The memory held by incomplete lines, in bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Whether the line is incomplete.</summary>
    public bool Has(string line) => _lines.ContainsKey(line);

    /// <summary>Appends a piece to a line.</summary>
    /// <returns>False if the line has become too long, or there are too many: it is dropped.</returns>
    public bool TryAdd(string line, ReadOnlySpan<byte> piece)
    {
        if (!_lines.TryGetValue(line, out var pieces))
        {
            if (_lines.Count == MostLines)
            {
                return false;
            }

            _lines[line] = pieces = new ArrayBufferWriter<byte>(2 * Math.Max(piece.Length, 1));
        }

        if (pieces.WrittenCount + piece.Length > LongestLine)
        {
            Remove(line);
            return false;
        }

        pieces.Write(piece);
        Count();
        return true;
    }

    /// <summary>Removes a line and returns what has come of it; empty if it has not begun.</summary>
    public ReadOnlySpan<byte> Remove(string line)
    {
        _lines.Remove(line, out var pieces);
        Count();
        return pieces is null ? default : pieces.WrittenSpan;
    }

    /// <summary>Drops all incomplete lines.</summary>
    /// <returns>Their number.</returns>
    public int Clear()
    {
        var count = _lines.Count;
        _lines.Clear();
        HeldBytes = 0;
        return count;
    }

    private void Count() => HeldBytes = _lines.Values.Sum(pieces => (long)pieces.Capacity);
}
