using System.Globalization;
using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>A message as a compact block of lines, for terminals, files and the text part of a mail.</summary>
internal static class TextLayout
{
    private const int Margin = 19;
    private const int Narrowest = 24;
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Over = "\e[1;32m";

    /// <summary>The block, ending in a line break.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="coloured">Whether to colour it with ANSI escapes, which only a terminal understands.</param>
    /// <param name="width">Where lines are broken, between words; never those that somebody copies: commands and addresses. Default: nowhere.</param>
    public static string Render(Message message, bool coloured, int width = int.MaxValue)
    {
        var block = new StringBuilder();
        block.Append(Style(message.IsOver ? Over : Colour(message.Level), message.Label)).Append("  ").Append(Style(Bold, message.Headline)).Append('\n');
        Indented(message.Main?.Summary ?? "");
        Indented(message.News);
        Indented(message.Incident is { } incident ? $"{incident.Line}  {incident.Link?.AbsoluteUri ?? incident.Id}" : "");
        if (message is { Main: { } known, IsHandling: true })
        {
            Lines("Alert", [$"{known.Id} ({known.Detection})", .. Link(known.Link)], isWhole: true);
        }
        else if (message.Main is { } alert)
        {
            foreach (var fact in alert.Facts)
            {
                Lines(fact.Name, [fact.Value]);
            }

            Lines("Why", alert.WhyMore == 0 ? alert.Why : [.. alert.Why, $"and {alert.WhyMore} more"]);
            Lines("Runbook", alert.Runbook);
            Lines("ATT&CK", alert.Techniques.Select(technique => technique.Address.AbsoluteUri), isWhole: true);
            Lines("Look", alert.NextSteps, isWhole: true);
            Lines("Alert", [$"{alert.Id} ({alert.Detection})", .. Link(alert.Link)], isWhole: true);
        }

        Lines("Digest", message.Digest);
        Lines(message.Main is null ? "Alerts" : "And", [.. message.Others.Select(line => line.Text), .. More(message.More)]);
        Lines("All alerts", message.Total == 1 ? [] : Link(message.List), isWhole: true);
        return block.ToString();

        void Indented(string line)
        {
            if (line.Length > 0)
            {
                foreach (var part in WordWrap.Lines(line, Room(2)))
                {
                    block.Append("  ").Append(part).Append('\n');
                }
            }
        }

        int Room(int indent) => Math.Max(Narrowest, width - indent);

        void Lines(string name, IEnumerable<string> values, bool isWhole = false)
        {
            foreach (var value in isWhole ? values : values.SelectMany(value => WordWrap.Lines(value, Room(Margin))))
            {
                block.Append("    ").Append(Style(Dim, $"{name,-13}")).Append("  ").Append(value).Append('\n');
                name = "";
            }
        }

        string Style(string style, string text) => coloured ? $"{style}{text}{Reset}" : text;
    }

    private static string[] More(int count) => count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"and {count} more")];

    private static string[] Link(Uri? link) => link is null ? [] : [link.AbsoluteUri];

    private static string Colour(Level level) => level switch
    {
        Level.Critical => "\e[1;97;41m",
        Level.High => "\e[1;31m",
        Level.Medium => "\e[1;33m",
        Level.Low => "\e[1;36m",
        _ => "\e[1m",
    };
}
