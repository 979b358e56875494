namespace AuditWatch.Events;

/// <summary>
/// Tells the timestamps that <see cref="Timestamp"/> can read from others: at a glance where one has the minute of the last one and is written as an
/// API server does, as nearly all are that stand beside one another in a log. Not thread-safe.
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
