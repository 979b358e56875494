using AuditWatch.Alerts;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Alerts as a table for a person, the worst first. Fits a terminal; where the output is no terminal, a line an alert however long.</summary>
internal static class AlertTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<Alert> alerts)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = false };
        table.AddColumn(new TableColumn("LEVEL").NoWrap().PadLeft(0));
        table.AddColumn(new TableColumn("DETECTION").NoWrap());
        table.AddColumn("ACTOR");
        table.AddColumn("SUMMARY");
        table.AddColumn(new TableColumn("COUNT").NoWrap().RightAligned());
        table.AddColumn(new TableColumn("FIRST SEEN").NoWrap().PadRight(0));
        foreach (var alert in alerts.OrderByDescending(alert => alert.Detection.Level).ThenBy(alert => alert.FirstSeen))
        {
            var level = alert.Detection.Level;
            table.AddRow(
                new Text(level.Word(), level.Style()),
                Plain(alert.Detection.Name),
                Plain(alert.Actor),
                Plain(alert.Summary),
                Plain($"{alert.Count}"),
                Plain($"{alert.FirstSeen.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}"));
        }

        console.Write(table);
    }

    // Text, unlike Markup, takes brackets for brackets.
    private static Text Plain(string text) => new(TerminalText.Neutralise(text));
}
