using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Rendering;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>The alerts of a service as a table, in their order: a line each, or several where the terminal is too narrow for it.</summary>
internal static class AlertListTable
{
    private const int WideEnough = 170;

    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<(Alert Alert, AlertTelling? Telling)> alerts)
    {
        var isNarrow = console.Profile.Width < WideEnough;
        var table = isNarrow
            ? new PlainTable("LEVEL", "ALERT", "COUNT", "LAST SEEN")
            : new PlainTable("LEVEL", "ID", "STATUS", "DETECTION", "ACTOR", "SUMMARY", "COUNT", "LAST SEEN");
        foreach (var (alert, telling) in alerts)
        {
            var level = PlainTable.Cell(alert.Level.Word(), alert.Level.Style());
            var state = MessageNews.StateOf(alert) is { Length: > 0 } dealtWith ? dealtWith : "open";
            if (telling?.NotTold is not null)
            {
                state = $"{state}, {TellingText.Short(telling)}";
            }

            var count = PlainTable.Cell(alert.Count.ToString(CultureInfo.InvariantCulture));
            var lastSeen = PlainTable.Time(alert.LastSeen);
            if (isNarrow)
            {
                var what = new TableLine($"{alert.Detection.Name} · {alert.Actor}", new Style(decoration: Decoration.Bold));
                table.AddRow(level, [what, new TableLine(alert.Summary), new TableLine($"{alert.Id} · {state}")], count, lastSeen);
            }
            else
            {
                table.AddRow(
                    level, PlainTable.Cell(alert.Id), PlainTable.Cell(state), PlainTable.Cell(alert.Detection.Name), PlainTable.Cell(alert.Actor),
                    PlainTable.Cell(alert.Summary), count, lastSeen);
            }
        }

        console.Write(table);
    }
}
