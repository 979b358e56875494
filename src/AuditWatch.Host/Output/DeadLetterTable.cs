using System.Globalization;
using AuditWatch.Host.Client;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Dead letters as a table for a person.</summary>
internal static class DeadLetterTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<ListedDeadLetter> letters)
    {
        var table = new PlainTable("KEY", "SINCE", "RECEIVER", "REASON", "ALERTS", "SUMMARY");
        foreach (var letter in letters)
        {
            table.AddRow(
                PlainTable.Cell(letter.Key),
                PlainTable.Time(letter.At),
                PlainTable.Cell(letter.Receiver),
                PlainTable.Cell(letter.Reason),
                PlainTable.Cell((letter.Alerts.Count + letter.MoreAlerts).ToString(CultureInfo.InvariantCulture)),
                PlainTable.Cell(letter.Summary));
        }

        console.Write(table);
    }
}
