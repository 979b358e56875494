namespace AuditWatch.Events.Json;

/// <summary>Whether text is a number, <c>true</c>, <c>false</c> or <c>null</c> (RFC 8259, sections 3 and 6) and nothing else.</summary>
internal static class JsonScalar
{
    public static bool IsValid(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'t', ..] => text.SequenceEqual("true"u8),
        [(byte)'f', ..] => text.SequenceEqual("false"u8),
        [(byte)'n', ..] => text.SequenceEqual("null"u8),
        _ => IsNumber(text),
    };

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        text = text is [(byte)'-', ..] ? text[1..] : text;
        if (!SkipDigits(ref text, out var leadingZero) || leadingZero)
        {
            return false;
        }

        if (text is [(byte)'.', ..])
        {
            text = text[1..];
            if (!SkipDigits(ref text, out _))
            {
                return false;
            }
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text is [_, (byte)'+' or (byte)'-', ..] ? text[2..] : text[1..];
            if (!SkipDigits(ref text, out _))
            {
                return false;
            }
        }

        return text.IsEmpty;
    }

    private static bool SkipDigits(ref ReadOnlySpan<byte> text, out bool leadingZero)
    {
        var digits = 0;
        while (digits < text.Length && (uint)(text[digits] - '0') <= 9)
        {
            digits++;
        }

        leadingZero = digits > 1 && text[0] == '0';
        text = text[digits..];
        return digits > 0;
    }
}
