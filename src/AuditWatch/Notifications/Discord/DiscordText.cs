using System.Text;

namespace AuditWatch.Notifications.Discord;

/// <summary>Puts an attacker's text into Discord's Markdown without letting it format, link or mention anything.</summary>
internal static class DiscordText
{
    /// <summary>The text with a backslash before every sign of ASCII, which then stands for itself and begins neither formatting nor an address.</summary>
    /// <param name="text">One line of text.</param>
    /// <param name="limit">The most characters of the result; the rest is cut off with <c>…</c>.</param>
    public static string Plain(string text, int limit)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = rune.IsAscii && (Rune.IsPunctuation(rune) || Rune.IsSymbol(rune)) ? $@"\{rune}" : rune.ToString();
            if (escaped.Length + shown.Length > limit - 1)
            {
                return escaped.Append('…').ToString();
            }

            escaped.Append(shown);
        }

        return escaped.ToString();
    }

    /// <summary>The text as a code span, in which Discord interprets nothing. A backtick, which would end the span, becomes a look-alike.</summary>
    /// <param name="text">One line of text.</param>
    /// <param name="limit">The most characters of the whole span.</param>
    public static string Code(string text, int limit) => $"`{Rendering.DisplayText.Of(WithoutBackticks(text), limit - 2)}`";

    /// <summary>Lines as a block of code.</summary>
    public static string CodeBlock(IEnumerable<string> lines) => $"```\n{string.Join('\n', lines.Select(WithoutBackticks))}\n```";

    private static string WithoutBackticks(string text) => text.Replace('`', 'ˋ');
}
