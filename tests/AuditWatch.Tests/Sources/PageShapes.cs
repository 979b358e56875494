using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Sources;

/// <summary>
/// The shapes of audit logs that docs/sources.md shows, with an event in each. A shape is code in the last column of its one table that says where its event is:
/// <c>EVENT</c> as an object or, within quotes, as its text; <c>BASE64</c>; or the members of which an event is made.
/// </summary>
internal static partial class PageShapes
{
    /// <summary>By the text that the page has.</summary>
    public static IReadOnlyDictionary<string, string> With(string line) => Rows().SelectMany(row => row.Shapes).Distinct().ToDictionary(shape => shape, shape => Fill(shape, line));

    /// <summary>The rows of the table: where a log is from, the link to its steps, and its shapes.</summary>
    public static IReadOnlyList<(string From, string Steps, IReadOnlyList<string> Shapes)> Rows()
    {
        var page = Page("sources.md");
        var table = page[page.IndexOf("| from | steps | looks like |", StringComparison.Ordinal)..page.IndexOf("## Steps", StringComparison.Ordinal)];
        return
        [
            .. table.Split('\n').Skip(2).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line[2..^2].Split(" | "))
                .Select(cells => (cells[0], Link().Match(cells[1]).Groups[1].Value, (IReadOnlyList<string>)[.. Code().Matches(cells[^1]).Select(match => match.Groups[1].Value).Where(code => Marks().IsMatch(code))])),
        ];
    }

    /// <summary>The text under a heading, up to the next one of its level or above; empty if there is no such heading.</summary>
    /// <param name="link">As it stands in the page: <c>#heading</c>, or a page beside it and the heading.</param>
    public static string Section(string link)
    {
        var (page, anchor) = link.Split('#') is [var file, var heading] ? (Page(file.Length == 0 ? "sources.md" : file), heading) : ("", link);
        var headings = Heading().Matches(page);
        var at = headings.FirstOrDefault(one => NotInAnchors().Replace(one.Groups[2].Value.ToLowerInvariant(), "").Replace(' ', '-') == anchor);
        var end = at is null ? null : headings.FirstOrDefault(one => one.Index > at.Index && one.Groups[1].Length <= at.Groups[1].Length);
        return at is null ? "" : page[at.Index..(end?.Index ?? page.Length)];
    }

    /// <summary>The tables of comma-separated values that the page shows, with an event in each.</summary>
    public static IReadOnlyDictionary<string, string> Tables(string line) => Table().Matches(Page("sources.md"))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Replace("CSV", line.Replace("\"", "\"\"", StringComparison.Ordinal), StringComparison.Ordinal));

    /// <summary>A shape with an event in it.</summary>
    public static string Fill(string shape, string line)
    {
        var text = JsonSerializer.Serialize(line)[1..^1];
        var isTextInText = shape.Contains("\\\"", StringComparison.Ordinal);
        var filled = Event().Replace(shape, match => isTextInText ? JsonSerializer.Serialize(text)[1..^1] : shape[..match.Index].Count(character => character == '"') % 2 == 1 ? text : line);
        return filled
            .Replace("BASE64", Convert.ToBase64String(Encoding.UTF8.GetBytes(line)), StringComparison.Ordinal)
            .Replace("TIME", "2026-11-20T10:00:01.511Z", StringComparison.Ordinal)
            .Replace(":…", ":{\"username\":\"jane\"}", StringComparison.Ordinal);
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", name));

    [GeneratedRegex(@"^(#{2,4}) (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```csv (\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bEVENT\b")]
    private static partial Regex Event();

    [GeneratedRegex(@"\bEVENT\b|BASE64|""AuditId""|""protoPayload""")]
    private static partial Regex Marks();
}
