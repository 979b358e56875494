using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Notifications;

/// <summary>A message as a compact block of lines, for terminals, files and the text part of a mail.</summary>
internal static class TextLayout
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";

    /// <summary>The block, ending in a line break.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="coloured">Whether to colour it with ANSI escapes, which only a terminal understands.</param>
    public static string Render(Message message, bool coloured)
    {
        var block = new StringBuilder();
        var level = message.Level.ToString().ToUpperInvariant();
        block.Append(Style(Colour(message.Level), $"{level}")).Append("  ").Append(Style(Bold, message.Title)).Append('\n');
        block.Append("  ").Append(message.Summary).Append('\n');
        foreach (var fact in message.Facts)
        {
            Lines(fact.Name, [fact.Value]);
        }

        Lines("Why", message.WhyMore == 0 ? message.Why : [.. message.Why, $"and {message.WhyMore} more"]);
        Lines("Runbook", message.Runbook);
        Lines("ATT&CK", message.Techniques.Select(technique => technique.Address.AbsoluteUri));
        Lines("Look", message.NextSteps);
        Lines("Alert", [$"{message.AlertId} ({message.Detection})"]);
        return block.ToString();

        void Lines(string name, IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                block.Append("    ").Append(Style(Dim, $"{name,-13}")).Append("  ").Append(value).Append('\n');
                name = "";
            }
        }

        string Style(string style, string text) => coloured ? $"{style}{text}{Reset}" : text;
    }

    private static string Colour(Level level) => level switch
    {
        Level.Critical => "\e[1;97;41m",
        Level.High => "\e[1;31m",
        Level.Medium => "\e[1;33m",
        Level.Low => "\e[1;36m",
        _ => "\e[1m",
    };
}
