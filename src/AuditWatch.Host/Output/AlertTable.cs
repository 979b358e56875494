using System.Globalization;
using AuditWatch.Alerts;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Alerts as a table for a person, the gravest first.</summary>
internal static class AlertTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="alerts">The alerts.</param>
    /// <param name="why">Whether to show, below each alert, the clauses that matched.</param>
    public static void Write(IAnsiConsole console, IEnumerable<Alert> alerts, bool why)
    {
        var table = PlainTable.WithColumns("LEVEL", "DETECTION", "ACTOR", "SUMMARY", "COUNT", "FIRST SEEN");
        foreach (var alert in alerts.OrderByDescending(alert => alert.Detection.Level).ThenBy(alert => alert.FirstSeen))
        {
            var level = alert.Detection.Level;
            var summary = why ? string.Join("\n  ", alert.Why.Select(TerminalText.Neutralise).Prepend(TerminalText.Neutralise(alert.Summary))) : alert.Summary;
            table.AddRow(
                new Text(level.Word(), level.Style()),
                PlainTable.Cell(alert.Detection.Name),
                PlainTable.Cell(alert.Actor),
                why ? new Text(summary) : PlainTable.Cell(summary),
                PlainTable.Cell(alert.Count.ToString(CultureInfo.InvariantCulture)),
                PlainTable.Cell(alert.FirstSeen.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        }

        console.Write(table);
    }
}
