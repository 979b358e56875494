using System.Globalization;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Parses the timestamps of audit events, without allocation. The API server writes metav1.MicroTime, RFC 3339 in UTC with six digits of a second; what has passed an event on
/// may have written another form of it:
/// <code>
///   2026-11-21T00:24:50.799935Z     with a space or t for T, a comma for the point, no fraction or any digits of one
///   2026-11-21T00:24:50+01:00       +0100, +01, Z, UTC or nothing, which is UTC; a space before it, and the name of the zone after it
///   1795220690.799935               seconds since 1970, milli-, micro- or nanoseconds: what comes between 1973 and 5138
/// </code>
/// </summary>
internal static class Timestamp
{
    private const int LongestEscaped = 128;

    // March 1973 in seconds. A thousand times as much is the same in milliseconds, and the year 5138 in seconds.
    private const decimal LeastSeconds = 100_000_000m;
    private const decimal Unit = 1_000m;

    /// <summary>Reads a string or a number.</summary>
    public static bool TryParse(JsonValue value, out DateTimeOffset time)
    {
        time = default;
        if (value.IsEscaped && value.Bytes.Length <= LongestEscaped)
        {
            Span<byte> scratch = stackalloc byte[LongestEscaped];
            return TryParse(value.Unescape(scratch), out time);
        }

        return value.Kind is JsonKind.String or JsonKind.Number && (TryParse(value.Bytes, out time) || (value.Bytes is [(byte)' ', ..] or [.., (byte)' '] && TryParse(value.Bytes.Trim((byte)' '), out time)));
    }

    /// <summary>Reads the text of one; digits past 100 ns are dropped.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || ((text[10] | 0x20) != 't' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        {
            return TryEpoch(text, out time);
        }

        if (!TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..10], out var day)
            || !TryNumber(text[11..13], out var hour) || !TryNumber(text[14..16], out var minute) || !TryNumber(text[17..19], out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60
            || !TryFraction(text[19..], out var ticks, out var rest) || !TryOffset(rest, out var offset))
        {
            return false;
        }

        // A leap second is the last tick of its minute, which keeps the order.
        var inMinute = second == 60 ? TimeSpan.TicksPerMinute - 1 : (second * TimeSpan.TicksPerSecond) + ticks;
        return TryUtc(new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + inMinute - offset.Ticks, out time);
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out long ticks, out ReadOnlySpan<byte> rest)
    {
        ticks = 0;
        rest = text;
        if (text is not [(byte)'.' or (byte)',', ..])
        {
            return true;
        }

        var digits = 1;
        for (var unit = TimeSpan.TicksPerSecond / 10; digits < text.Length && char.IsAsciiDigit((char)text[digits]); digits++, unit /= 10)
        {
            ticks += (text[digits] - '0') * unit;
        }

        rest = text[digits..];
        return digits > 1;
    }

    // What follows an offset after a space is its name: 2026-11-21 00:24:50 +0000 UTC.
    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        text = text is [(byte)' ', .. var after] ? after : text;
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'] || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8))
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        var isNegative = text[0] == '-';
        text = text[1..];
        var name = text.IndexOf((byte)' ');
        text = name < 0 ? text : text[..name];
        if (text.Length is not (2 or 4 or 5) || (text.Length == 5 && text[2] != ':')
            || !TryNumber(text[..2], out var hours) || !TryNumber(text.Length == 2 ? "00"u8 : text[^2..], out var minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        offset = isNegative ? -offset : offset;
        return true;
    }

    private static bool TryEpoch(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 9 or > 32 || !char.IsAsciiDigit((char)text[0])
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        for (var i = 0; i < 3 && number >= LeastSeconds * Unit; i++)
        {
            number /= Unit;
        }

        return number >= LeastSeconds && number < LeastSeconds * Unit && TryUtc(DateTime.UnixEpoch.Ticks + (long)(number * TimeSpan.TicksPerSecond), out time);
    }

    private static bool TryUtc(long ticks, out DateTimeOffset time)
    {
        var isTime = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        time = isTime ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isTime;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        return true;
    }
}
