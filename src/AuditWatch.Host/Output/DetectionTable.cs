using AuditWatch.Detection;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Detections as a table for a person, the gravest first.</summary>
internal static class DetectionTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<DetectionRule> rules)
    {
        var table = new PlainTable("LEVEL", "DETECTION", "TITLE", "TAGS");
        foreach (var rule in rules.OrderByDescending(rule => rule.Level).ThenBy(rule => rule.Name, StringComparer.Ordinal))
        {
            table.AddRow(
                PlainTable.Cell(rule.Level.Word(), rule.Level.Style()),
                PlainTable.Cell(rule.Name),
                PlainTable.Cell(rule.Title),
                PlainTable.Cell(string.Join(' ', rule.Tags)));
        }

        console.Write(table);
    }
}
