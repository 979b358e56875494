using System.Globalization;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Tables without lines, as kubectl prints them.</summary>
internal static class PlainTable
{
    // What a person copies or compares is kept in one piece.
    private static readonly string[] Unbroken = ["LEVEL", "DETECTION", "COUNT", "FIRST SEEN", "LAST SEEN", "ID", "KEY", "STATE", "STARTS", "ENDS", "SINCE", "TIME", "CODE", "AUDIT ID"];

    /// <summary>An empty table. Where the terminal is too narrow, texts break; names, numbers and times do not.</summary>
    public static Table WithColumns(params ReadOnlySpan<string> headers)
    {
        var table = new Table { Border = TableBorder.None };
        for (var i = 0; i < headers.Length; i++)
        {
            table.AddColumn(new TableColumn(headers[i]) { NoWrap = Unbroken.Contains(headers[i]), Padding = new Padding(0, 0, i == headers.Length - 1 ? 0 : 2, 0) });
        }

        return table;
    }

    /// <summary>A cell with a text of any origin. Unlike markup, brackets are brackets in it.</summary>
    public static Text Cell(string text, Style? style = null) => new(TerminalText.Neutralise(text), style);

    /// <summary>A cell with a time, in UTC and to the second; empty for the beginning and the end of all time.</summary>
    public static Text Time(DateTimeOffset time) =>
        new(time == DateTimeOffset.MinValue || time == DateTimeOffset.MaxValue ? "" : time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
