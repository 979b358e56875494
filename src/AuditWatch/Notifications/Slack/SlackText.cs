using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Notifications.Slack;

/// <summary>Puts an attacker's text into a Slack message without letting it format, link or mention anything.</summary>
internal static partial class SlackText
{
    /// <summary>
    /// The text for a place where Slack shows text as it is: the three control characters as entities, and a word joiner in
    /// <c>@channel</c>, <c>@here</c> and <c>@everyone</c>, which old clients and compatible servers would call out.
    /// </summary>
    /// <param name="text">One line of text.</param>
    /// <param name="limit">The most characters Slack takes there, entities written out; the rest is cut off with <c>…</c>.</param>
    public static string Plain(string text, int limit)
    {
        var escaped = new StringBuilder();
        foreach (var rune in MentionPattern().Replace(text, "@\u2060").EnumerateRunes())
        {
            var shown = rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => rune.ToString() };
            if (escaped.Length + shown.Length > limit - 1)
            {
                return escaped.Append('…').ToString();
            }

            escaped.Append(shown);
        }

        return escaped.ToString();
    }

    /// <summary>The text as a code span, in which Slack interprets no formatting. A backtick, which would end the span, becomes a look-alike.</summary>
    /// <param name="text">One line of text.</param>
    /// <param name="limit">The most characters of the whole span.</param>
    public static string Code(string text, int limit) => $"`{Plain(WithoutBackticks(text), limit - 2)}`";

    /// <summary>The commands as a block of code, those left out that it has no room for: half a command is worse than none.</summary>
    public static string CodeBlock(IEnumerable<string> commands, int limit)
    {
        const string fence = "```";
        var block = new StringBuilder(fence);
        foreach (var command in commands)
        {
            var line = Plain(WithoutBackticks(command), int.MaxValue);
            if (block.Length + line.Length + 1 + fence.Length <= limit)
            {
                block.Append(line).Append('\n');
            }
        }

        return block.Append(fence).ToString();
    }

    /// <summary>As many of the lines, which are markup already, as there is room for below a title; the rest is counted.</summary>
    /// <param name="title">Begins the text; empty for none.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="more">How many there are beyond those.</param>
    /// <param name="limit">The most characters of the whole.</param>
    public static string Lines(string title, IReadOnlyList<string> lines, int more, int limit)
    {
        const int roomForTheRest = 30;
        var text = new StringBuilder(title);
        var shown = 0;
        while (shown < lines.Count && text.Length + lines[shown].Length + 1 + roomForTheRest <= limit)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(lines[shown++]);
        }

        more += lines.Count - shown;
        return more == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"\n• and {more} more").ToString();
    }

    /// <summary>A link that shows a text, both escaped.</summary>
    public static string Link(Uri address, string text) => $"<{Address(address)}|{Plain(text.Replace('|', '¦'), 100)}>";

    /// <summary>A link that shows its address.</summary>
    public static string Link(Uri address) => $"<{Address(address)}>";

    private static string Address(Uri address) => Plain(address.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal), 1000);

    private static string WithoutBackticks(string text) => text.Replace('`', 'ˋ');

    [GeneratedRegex("@(?=(?:channel|here|everyone)\\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MentionPattern();
}
