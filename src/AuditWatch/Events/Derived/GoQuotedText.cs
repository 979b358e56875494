using System.Buffers.Text;
using System.Text;

namespace AuditWatch.Events.Derived;

/// <summary>
/// A text as Go's <c>%q</c> quotes it: within double quotes, backslashes before quotes and backslashes, and escapes for what cannot be printed
/// (go.dev/ref/spec, "String literals").
/// </summary>
internal static class GoQuotedText
{
    /// <summary>Reads a quoted text.</summary>
    /// <param name="quoted">Begins with the opening quote.</param>
    /// <param name="to">At least as long.</param>
    /// <param name="used">How much of it the quoted text takes, both quotes included.</param>
    /// <param name="length">How long the text is.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> quoted, Span<byte> to, out int used, out int length)
    {
        (used, length) = (1, 0);
        while (used < quoted.Length && quoted[used] != '"')
        {
            if (quoted[used] != '\\')
            {
                to[length++] = quoted[used++];
            }
            else if (!TryReadEscape(quoted[used..], to[length..], out var taken, out var written))
            {
                return false;
            }
            else
            {
                used += taken;
                length += written;
            }
        }

        return used++ < quoted.Length && quoted[0] == '"';
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> text, Span<byte> to, out int taken, out int written)
    {
        (taken, written) = (2, 1);
        if (text.Length < 2)
        {
            return false;
        }

        var digits = text[1] switch { (byte)'x' => 2, (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
        if (digits == 0)
        {
            to[0] = text[1] switch
            {
                (byte)'a' => 7,
                (byte)'b' => 8,
                (byte)'f' => 12,
                (byte)'n' => 10,
                (byte)'r' => 13,
                (byte)'t' => 9,
                (byte)'v' => 11,
                var other => other,
            };
            return true;
        }

        taken = 2 + digits;
        if (text.Length < taken || !Utf8Parser.TryParse(text[2..taken], out uint code, out var parsed, 'x') || parsed != digits)
        {
            return false;
        }

        if (digits == 2)
        {
            to[0] = (byte)code;
            return true;
        }

        return Rune.TryCreate(code, out var rune) && rune.TryEncodeToUtf8(to, out written);
    }
}
