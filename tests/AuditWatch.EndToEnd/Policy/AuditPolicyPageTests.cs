using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Policy;

/// <summary>The page about audit policies: each of its policies gets the report that stands below it.</summary>
public sealed partial class AuditPolicyPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "audit-policy.md"));

    public static TheoryData<string> Cases => [.. PolicyPattern().Matches(Page).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Page_Case_HasTheReportOfTheCommand(string file)
    {
        using var folder = new TemporaryFolder();
        var policy = folder.Write(file, PolicyPattern().Matches(Page).Single(match => match.Groups[1].Value == file).Groups[2].Value);
        var lines = ReportPattern().Matches(Page).Single(match => match.Groups[1].Value == file).Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var report = await Cli.RunAsync("policy", "check", "--policy", policy);

        var plain = SpacesPattern().Replace(report.Out.Replace(folder.ToString() + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), " ");
        Assert.All(lines, line => Assert.Contains(line, plain, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PolicyPattern();

    [GeneratedRegex(@"^```report (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ReportPattern();

    [GeneratedRegex(" {2,}")]
    private static partial Regex SpacesPattern();
}
