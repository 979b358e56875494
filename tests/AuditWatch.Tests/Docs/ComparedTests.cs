using System.Text.RegularExpressions;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Docs;

/// <summary>docs/detections-compared.md names detections that exist, and for every rule of theirs one of ours or the reason why there is none.</summary>
public partial class ComparedTests
{
    private static readonly HashSet<string> Ours = [.. DetectionLoader.LoadUsable([RepositoryFiles.Detections]).Rules.Select(rule => rule.Name)];

    private static readonly string[] Page = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs", "detections-compared.md"));

    [Fact]
    public void Page_NamesOfOurs_AreOfDetectionsThatExist() =>
        Assert.DoesNotContain(
            Page.SelectMany(line => Name().Matches(line.Replace("`clientIP\\|expand`", "", StringComparison.Ordinal)).Select(match => match.Groups[1].Value)),
            name => !Ours.Contains(name));

    [Theory]
    [InlineData("Falco", 25)]
    [InlineData("Elastic", 60)]
    [InlineData("Panther", 30)]
    public void Page_RuleOfTheirs_HasOneRowWithOursOrTheReason(string set, int atLeast)
    {
        var rows = Page.SkipWhile(line => line != $"## {set}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| theirs", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | ", 2)).ToList();
        var theirs = rows.SelectMany(row => row[0].Split(", ")).ToList();

        Assert.True(theirs.Count >= atLeast, $"{theirs.Count} rules of {set} are named");
        Assert.Equal(theirs.Distinct(StringComparer.OrdinalIgnoreCase), theirs);
        Assert.All(rows, row => Assert.True(Name().IsMatch(row[1]) || row[1].StartsWith("not: ", StringComparison.Ordinal), $"{row[0]} has neither a detection nor a reason"));
    }

    [GeneratedRegex("`([A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
