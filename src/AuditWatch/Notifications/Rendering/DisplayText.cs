using System.Globalization;
using System.Text;

namespace AuditWatch.Notifications.Rendering;

/// <summary>
/// Makes an attacker's text fit for people: one line of bounded length in which everything that a terminal, a mail program or a chat would act on
/// instead of showing it is written out as an escape. Escaping for the medium itself comes on top.
/// </summary>
public static class DisplayText
{
    /// <summary>
    /// The text with control, formatting (bidirectional overrides and zero-width characters among them), line-breaking, unknown and blank characters (all but the
    /// space itself: two names must not look the same) as <c>\u001b</c>, and a broken surrogate as U+FFFD; cut off with <c>…</c> where it would be longer than <paramref name="limit"/>.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="limit">The most UTF-16 units to return, at least 1.</param>
    public static string Of(string? text, int limit)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            var shown = Show(rune);
            if (line.Length + shown.Length > limit)
            {
                return Cut(line, limit);
            }

            line.Append(shown);
        }

        return line.ToString();
    }

    private static string Show(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => Escaped(rune),
        UnicodeCategory.SpaceSeparator when rune.Value != ' ' => Escaped(rune),
        _ => IsBlank(rune.Value) ? Escaped(rune) : rune.ToString(),
    };

    private static string Escaped(Rune rune) => rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}";

    // Letters, marks and symbols of which nothing is seen: Unicode's Default_Ignorable_Code_Point beyond the categories above, and the blanks of Braille, of hieroglyphs, of Khitan and of what stands for an object.
    private static bool IsBlank(int rune) => rune is 0x034F or (>= 0x115F and <= 0x1160) or (>= 0x17B4 and <= 0x17B5) or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or 0xFFFC or (>= 0x13441 and <= 0x13442) or 0x16FE4 or 0x1D159 or (>= 0xE0100 and <= 0xE01EF);

    private static string Cut(StringBuilder line, int limit)
    {
        if (line.Length == limit)
        {
            line.Length -= line.Length > 1 && char.IsLowSurrogate(line[^1]) ? 2 : 1;
        }

        return line.Append('…').ToString();
    }
}
