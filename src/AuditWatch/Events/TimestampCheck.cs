namespace AuditWatch.Events;

/// <summary>
/// Whether <see cref="Timestamp"/> can parse a text, at the cost of a comparison if the text is in the API server's format and of the same minute as the one before,
/// as most neighbours in a log are. Not thread-safe.
/// </summary>
internal struct TimestampCheck
{
    // 2026-11-21T00:24:50.799935Z
    private const int Length = 27;
    private const int MinuteLength = 16;

    private MinuteText _minute;

    /// <summary>Whether it can be read.</summary>
    public bool CanRead(ReadOnlySpan<byte> text)
    {
        if (text.Length == Length && text[..MinuteLength].SequenceEqual(_minute) && IsRestPlain(text[MinuteLength..]))
        {
            return true;
        }

        if (!Timestamp.TryParse(text, out _))
        {
            return false;
        }

        if (text.Length == Length)
        {
            text[..MinuteLength].CopyTo(_minute);
        }

        return true;
    }

    // :50.799935Z
    private static bool IsRestPlain(ReadOnlySpan<byte> rest) =>
        rest[0] == ':' && rest[1] <= '5' && !rest[1..3].ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && rest[3] == '.' && !rest[4..10].ContainsAnyExceptInRange((byte)'0', (byte)'9') && rest[10] == 'Z';

    [System.Runtime.CompilerServices.InlineArray(MinuteLength)]
    private struct MinuteText
    {
        private byte _first;
    }
}
