using System.Globalization;
using System.Text;

namespace AuditWatch.Host.Output;

/// <summary>Text from events made harmless for a terminal: nothing in it moves the cursor, changes colours, reverses the direction or hides.</summary>
internal static class TerminalText
{
    /// <summary>The most characters of one text that are shown.</summary>
    public const int MaxLength = 300;

    /// <summary>The text with control and formatting characters written as <c>\uXXXX</c>, cut at <see cref="MaxLength"/> characters.</summary>
    public static string Neutralise(string text)
    {
        var safe = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (safe.Length >= MaxLength)
            {
                return safe.Append('…').ToString();
            }

            if (CanAct(rune))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                safe.Append(rune.ToString());
            }
        }

        return safe.ToString();
    }

    private static bool CanAct(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
