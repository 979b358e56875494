using AuditWatch.Notifications.Rendering;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditWatch.Host.Output;

/// <summary>
/// A table without lines, as kubectl prints them; nothing stands after the last word of a line. Where the terminal is too narrow for it, texts break between words; where that leaves too little
/// room for them, each stands below its row on lines of its own. Names, numbers and times are never broken, nor are lines that somebody copies (<see cref="TableLine.IsWhole"/>).
/// </summary>
internal sealed class PlainTable(params string[] headers) : IRenderable
{
    private const int Gap = 2;
    private const int Short = 12;
    private const int LeastText = 24;

    // What a person copies or compares is kept in one piece.
    private static readonly string[] Unbroken = ["LEVEL", "DETECTION", "COUNT", "FIRST SEEN", "LAST SEEN", "ID", "KEY", "STATE", "STARTS", "ENDS", "SINCE", "TIME", "CODE", "AUDIT ID"];

    private readonly List<IReadOnlyList<TableLine>[]> _rows = [];

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>A cell with a text of any origin.</summary>
    public static IReadOnlyList<TableLine> Cell(string text, Style? style = null) => [new TableLine(text, style)];

    /// <summary>A cell with a time, to the second; empty for the beginning and the end of all time.</summary>
    public static IReadOnlyList<TableLine> Time(DateTimeOffset time) => Cell(time == DateTimeOffset.MinValue || time == DateTimeOffset.MaxValue ? "" : ShownTime.Of(time));

    /// <summary>Adds a row: a cell for each header, each with its lines.</summary>
    public void AddRow(params IReadOnlyList<TableLine>[] cells) => _rows.Add(cells);

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var natural = headers.Select((header, column) => _rows.SelectMany(row => row[column]).Select(line => line.Text.Length).Append(header.Length).Max()).ToArray();
        var isKept = headers.Select((header, column) => natural[column] <= Short || Unbroken.Contains(header)).ToArray();
        return Fit(natural, isKept, maxWidth) is { } widths ? Side(widths) : Below(natural, isKept, maxWidth);
    }

    // The widths of columns side by side; null if texts would have too little room.
    private int[]? Fit(int[] natural, bool[] isKept, int room)
    {
        int[] widths = [.. natural];
        var left = room - (Gap * (headers.Length - 1)) - widths.Where((_, column) => isKept[column]).Sum();
        var texts = Enumerable.Range(0, headers.Length).Where(column => !isKept[column]).OrderBy(column => natural[column]).ToList();
        for (var i = 0; i < texts.Count; i++)
        {
            var width = widths[texts[i]] = Math.Min(natural[texts[i]], left / (texts.Count - i));
            left -= width;
            if (width < natural[texts[i]] && (width < LeastText || _rows.Any(row => row[texts[i]].Any(line => line.IsWhole && line.Text.Length > width))))
            {
                return null;
            }
        }

        return left < 0 ? null : widths;
    }

    private IEnumerable<Segment> Side(int[] widths)
    {
        foreach (var row in _rows.Prepend([.. headers.Select(header => Cell(header))]))
        {
            var cells = row.Select((cell, column) => cell.SelectMany(line => Wrapped(line, widths[column])).ToList()).ToList();
            for (var i = 0; i < cells.Max(cell => cell.Count); i++)
            {
                foreach (var segment in Line([.. cells.Select((cell, column) => (i < cell.Count ? cell[i] : new TableLine(""), widths[column]))]))
                {
                    yield return segment;
                }
            }
        }
    }

    // As many of the names, numbers and times as a line has room for, and everything else below it, a label before each.
    private IEnumerable<Segment> Below(int[] natural, bool[] isKept, int room)
    {
        var used = -Gap;
        var first = Enumerable.Range(0, headers.Length).Where(column => isKept[column] && (used += natural[column] + Gap) <= room).ToList();
        var others = Enumerable.Range(0, headers.Length).Except(first).ToList();
        var label = others.Max(column => headers[column].Length) + Gap;
        foreach (var row in _rows.Prepend([.. headers.Select(header => Cell(header))]))
        {
            foreach (var segment in Line([.. first.Select(column => (row[column][0], natural[column]))]))
            {
                yield return segment;
            }

            foreach (var column in row[0][0].Text == headers[0] ? [] : others)
            {
                var lines = row[column].Where(line => line.Text.Length > 0).SelectMany(line => Wrapped(line, Math.Max(LeastText, room - label - Gap)));
                foreach (var segment in lines.SelectMany((line, place) => Line([(new TableLine(""), 0), (new TableLine(place == 0 ? headers[column].ToLowerInvariant() : ""), label - Gap), (line, line.Text.Length)])))
                {
                    yield return segment;
                }
            }
        }
    }

    private static IEnumerable<TableLine> Wrapped(TableLine line, int width) =>
        line.IsWhole || line.Text.Length <= width ? [line]
        : WordWrap.Lines(line.Text.TrimStart(' '), Math.Max(2, width - line.Indent)).Select(part => line with { Text = new string(' ', line.Indent) + part });

    private static IEnumerable<Segment> Line(IReadOnlyList<(TableLine Line, int Width)> cells)
    {
        var spaces = 0;
        foreach (var (line, width) in cells)
        {
            if (line.Text.Length > 0)
            {
                if (spaces > 0)
                {
                    yield return new Segment(new string(' ', spaces));
                    spaces = 0;
                }

                yield return new Segment(line.Text, line.Style ?? Style.Plain);
            }

            spaces += Math.Max(0, width - line.Text.Length) + Gap;
        }

        yield return Segment.LineBreak;
    }
}

/// <summary>A line of a cell.</summary>
/// <param name="Text">A text of any origin.</param>
/// <param name="Style">How it looks; null for as usual.</param>
/// <param name="IsWhole">Whether it is never broken, because somebody copies it: where it is too long, the terminal goes on below.</param>
internal sealed record TableLine(string Text, Style? Style = null, bool IsWhole = false)
{
    private const int LongestToCopy = 10_000;

    /// <summary>The text as a terminal may show it.</summary>
    public string Text { get; init; } = IsWhole ? DisplayText.Of(Text, LongestToCopy) : TerminalText.Neutralise(Text);

    /// <summary>How many spaces it begins with.</summary>
    public int Indent => Text.Length - Text.TrimStart(' ').Length;
}
