using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using Spectre.Console;
using Spectre.Console.Rendering;

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
            ? PlainTable.WithColumns("LEVEL", "ALERT", "COUNT", "FIRST SEEN")
            : PlainTable.WithColumns("LEVEL", "DETECTION", "ACTOR", "SUMMARY", "COUNT", "FIRST SEEN");
        foreach (var alert in alerts)
        {
            var level = new Text(alert.Level.Word(), alert.Level.Style());
            var clauses = (why ? alert.Why : []).Select(IRenderable (clause) => PlainTable.Cell("  " + clause));
            var summary = clauses.Prepend(PlainTable.Cell(alert.Summary));
            var count = PlainTable.Cell(alert.Count.ToString(CultureInfo.InvariantCulture));
            var firstSeen = PlainTable.Time(alert.FirstSeen);
            if (isNarrow)
            {
                var what = PlainTable.Cell($"{alert.Detection.Name} · {alert.Actor}", new Style(decoration: Decoration.Bold));
                table.AddRow(level, new Rows(summary.Prepend(what)), count, firstSeen);
            }
            else
            {
                table.AddRow(level, PlainTable.Cell(alert.Detection.Name), PlainTable.Cell(alert.Actor), new Rows(summary), count, firstSeen);
            }
        }

        console.Write(table);
    }
}
