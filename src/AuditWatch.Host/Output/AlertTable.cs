using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Alerts as a table for a person: a line each, or two where the terminal is too narrow for it.</summary>
internal static class AlertTable
{
    private const int WideEnough = 170;

    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="alerts">The alerts, in the order of the lines.</param>
    /// <param name="why">Whether to show, below each alert, the clauses that matched.</param>
    public static void Write(IAnsiConsole console, IEnumerable<Alert> alerts, bool why)
    {
        var isNarrow = console.Profile.Width < WideEnough;
        var table = isNarrow
            ? new PlainTable("LEVEL", "ALERT", "COUNT", "FIRST SEEN")
            : new PlainTable("LEVEL", "DETECTION", "ACTOR", "SUMMARY", "COUNT", "FIRST SEEN");
        foreach (var alert in alerts)
        {
            var level = PlainTable.Cell(alert.Level.Word(), alert.Level.Style());
            var clauses = (why ? alert.Why : []).Select(clause => new TableLine("  " + clause));
            var summary = clauses.Prepend(new TableLine(alert.Summary));
            var count = PlainTable.Cell(alert.Count.ToString(CultureInfo.InvariantCulture));
            var firstSeen = PlainTable.Time(alert.FirstSeen);
            if (isNarrow)
            {
                var what = new TableLine($"{alert.Detection.Name} · {alert.Actor}", new Style(decoration: Decoration.Bold));
                table.AddRow(level, [what, .. summary], count, firstSeen);
            }
            else
            {
                table.AddRow(level, PlainTable.Cell(alert.Detection.Name), PlainTable.Cell(alert.Actor), [.. summary], count, firstSeen);
            }
        }

        console.Write(table);
    }
}
