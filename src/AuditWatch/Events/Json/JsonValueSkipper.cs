using System.Buffers;

namespace AuditWatch.Events.Json;

/// <summary>
/// Skips a JSON value that is too long to hold, piece by piece, to its end or to the end of the line, whichever comes first: what follows it in an EventList,
/// or after a line that was cut short, is read. Mutable: pass by reference.
/// </summary>
internal struct JsonValueSkipper
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]\n"u8);
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\\n"u8);

    private int _depth;
    private bool _inString;
    private bool _inEscape;

    /// <summary>Where skipping ended.</summary>
    public enum End
    {
        /// <summary>It did not: there is more to skip.</summary>
        NotYet,

        /// <summary>With the value.</summary>
        OfValue,

        /// <summary>With the line.</summary>
        OfLine,
    }

    /// <summary>Skips more of the value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where in the text to go on.</param>
    /// <param name="end">How it ended, if it did.</param>
    /// <returns>Where what follows begins.</returns>
    public int Skip(ReadOnlySpan<byte> text, int at, out End end)
    {
        while (at < text.Length)
        {
            if (_inEscape)
            {
                _inEscape = false;
                at++;
                continue;
            }

            var found = text[at..].IndexOfAny(_inString ? StringEnds : Structure);
            if (found < 0)
            {
                break;
            }

            at += found + 1;
            switch (text[at - 1])
            {
                case (byte)'\n' when _depth == 0 && !_inString:
                    continue; // It has not begun yet.
                case (byte)'\n':
                    end = End.OfLine;
                    return at;
                case (byte)'\\':
                    _inEscape = true;
                    break;
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                case var _ when _depth == 0:
                    // The end of what it was to be an item of: it was nothing but white space.
                    end = End.OfValue;
                    return at - 1;
                default:
                    _depth--;
                    break;
            }

            if (_depth == 0 && !_inString)
            {
                end = End.OfValue;
                return at;
            }
        }

        end = End.NotYet;
        return text.Length;
    }
}
