using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Tables without lines, as kubectl prints them.</summary>
internal static class PlainTable
{
    /// <summary>An empty table. Its first two columns never break; the others do, where the terminal is too narrow.</summary>
    public static Table WithColumns(params ReadOnlySpan<string> headers)
    {
        var table = new Table { Border = TableBorder.None };
        for (var i = 0; i < headers.Length; i++)
        {
            table.AddColumn(new TableColumn(headers[i]) { NoWrap = i < 2, Padding = new Padding(0, 0, i == headers.Length - 1 ? 0 : 2, 0) });
        }

        return table;
    }

    /// <summary>A cell with a text of any origin. Unlike markup, brackets are brackets in it.</summary>
    public static Text Cell(string text) => new(TerminalText.Neutralise(text));
}
