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
    /// The text with control, formatting (bidirectional overrides and zero-width characters among them), line-breaking and unknown characters
    /// as <c>\u001b</c>, and a broken surrogate as U+FFFD; cut off with <c>…</c> where it would be longer than <paramref name="limit"/>.
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
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}",
        _ => rune.ToString(),
    };

    private static string Cut(StringBuilder line, int limit)
    {
        if (line.Length == limit)
        {
            line.Length -= line.Length > 1 && char.IsLowSurrogate(line[^1]) ? 2 : 1;
        }

        return line.Append('…').ToString();
    }
}
