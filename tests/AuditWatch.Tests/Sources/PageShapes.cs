using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Sources;

/// <summary>
/// The shapes of audit logs that docs/sources.md shows, with an event in each. A shape is code in the last column of a table that says where its event is:
/// <c>EVENT</c> as an object or, within quotes, as its text; <c>BASE64</c>; or the members of which an event is made.
/// </summary>
internal static partial class PageShapes
{
    /// <summary>By the text that the page has.</summary>
    public static IReadOnlyDictionary<string, string> With(string line) => Rows().SelectMany(row => row.Shapes).Distinct().ToDictionary(shape => shape, shape => Fill(shape, line));

    /// <summary>The rows of the tables of files, clouds and shippers, and the shapes in each.</summary>
    public static IReadOnlyList<(string From, IReadOnlyList<string> Shapes)> Rows()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "sources.md"));
        var tables = page[page.IndexOf("## Files", StringComparison.Ordinal)..page.IndexOf("## Kafka", StringComparison.Ordinal)];
        return
        [
            .. tables.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| from |", StringComparison.Ordinal))
                .Select(line => line.Trim(' ', '|').Split(" | "))
                .Select(cells => (cells[0], (IReadOnlyList<string>)[.. Code().Matches(cells[^1]).Select(match => match.Groups[1].Value).Where(code => Marks().IsMatch(code))])),
        ];
    }

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

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bEVENT\b")]
    private static partial Regex Event();

    [GeneratedRegex(@"\bEVENT\b|BASE64|""AuditId""|""protoPayload""")]
    private static partial Regex Marks();
}
