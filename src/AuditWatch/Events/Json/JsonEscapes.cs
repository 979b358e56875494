using System.Buffers.Text;
using System.Text;

namespace AuditWatch.Events.Json;

/// <summary>Resolves backslash escapes of JSON strings (RFC 8259, section 7) in UTF-8, without allocation.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Writes <paramref name="text"/> with its escapes resolved; half a surrogate pair becomes U+FFFD.
    /// </summary>
    /// <returns>The number of bytes written, never more than were read.</returns>
    public static int Resolve(ReadOnlySpan<byte> text, Span<byte> to)
    {
        var written = 0;
        while (true)
        {
            var slash = text.IndexOf((byte)'\\');
            var plain = slash < 0 ? text : text[..slash];
            plain.CopyTo(to[written..]);
            written += plain.Length;
            if (slash < 0 || slash + 1 >= text.Length)
            {
                return written;
            }

            var kind = text[slash + 1];
            text = text[(slash + 2)..];
            if (kind == 'u' && TryRune(ref text, out var rune))
            {
                written += rune.EncodeToUtf8(to[written..]);
            }
            else
            {
                to[written++] = kind switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    _ => kind,
                };
            }
        }
    }

    private static bool TryRune(ref ReadOnlySpan<byte> text, out Rune rune)
    {
        rune = Rune.ReplacementChar;
        if (!TryUnit(text, out var high))
        {
            return false;
        }

        text = text[4..];
        if (Rune.TryCreate(high, out var single))
        {
            rune = single;
        }
        else if (text.StartsWith("\\u"u8) && TryUnit(text[2..], out var low) && Rune.TryCreate(high, low, out var pair))
        {
            text = text[6..];
            rune = pair;
        }

        return true;
    }

    private static bool TryUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 4 || !Utf8Parser.TryParse(text[..4], out ushort value, out var used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
