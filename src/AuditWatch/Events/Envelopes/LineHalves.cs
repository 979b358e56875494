using System.Buffers;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Long lines that a container runtime has cut into pieces of 16 KiB, until the last piece has come. A line is known by where it was written to, for those of
/// several containers may stand among one another. Not thread-safe.
/// </summary>
internal sealed class LineHalves
{
    /// <summary>What a line may have at most: what is longer is given up.</summary>
    public const int LongestLine = 16 << 20;

    private const int MostLines = 64;

    private readonly Dictionary<string, ArrayBufferWriter<byte>> _lines = new(StringComparer.Ordinal);

    /// <summary>Whether any line has begun and not ended.</summary>
    public bool AreOpen => _lines.Count > 0;

    /// <summary>The memory that they hold, in bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Whether the line has begun.</summary>
    public bool Has(string line) => _lines.ContainsKey(line);

    /// <summary>Adds a piece to a line.</summary>
    /// <returns>False if the line has become too long, or there are too many: it is given up.</returns>
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

    /// <summary>Gives all of them up.</summary>
    /// <returns>How many there were.</returns>
    public int Clear()
    {
        var count = _lines.Count;
        _lines.Clear();
        HeldBytes = 0;
        return count;
    }

    private void Count() => HeldBytes = _lines.Values.Sum(pieces => (long)pieces.Capacity);
}
