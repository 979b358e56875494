using AuditWatch.Host.Client;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Silences as a table for a person.</summary>
internal static class SilenceTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<ListedSilence> silences)
    {
        var table = new PlainTable("ID", "STATE", "STARTS", "ENDS", "MATCHERS", "AUTHOR", "COMMENT");
        foreach (var silence in silences)
        {
            table.AddRow(
                PlainTable.Cell(silence.Id),
                PlainTable.Cell(silence.State),
                PlainTable.Time(silence.StartsAt),
                PlainTable.Time(silence.EndsAt),
                PlainTable.Cell(string.Join(", ", silence.Matchers)),
                PlainTable.Cell(silence.CreatedBy),
                PlainTable.Cell(silence.Configured is null ? silence.Comment : $"{silence.Comment} (in {silence.Configured})"));
        }

        console.Write(table);
    }
}
