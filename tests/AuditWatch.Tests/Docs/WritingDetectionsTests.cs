using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.RuleTesting;

namespace AuditWatch.Tests.Docs;

/// <summary>The examples of the author's guide are what they say they are.</summary>
public sealed partial class WritingDetectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Diagnostics _said = [];

    public WritingDetectionsTests()
    {
        foreach (Match example in ExamplePattern().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "writing-detections.md"))))
        {
            File.WriteAllText(Path.Combine(_folder.FullName, Path.GetFileName(example.Groups[1].Value)), example.Groups[2].Value);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Guide_EveryExample_LoadsAndPassesItsTests()
    {
        var detections = DetectionLoader.Load([_folder.FullName], _said);
        var tests = DetectionTestLoader.Load([_folder.FullName], detections, _said);
        DetectionLint.Check(detections, tests.Select(test => test.Detection), _said);

        Assert.Empty(_said);
        Assert.Equal(10, detections.Rules.Count);
        Assert.Equal(18, tests.Count);
        Assert.All(tests.Select(new DetectionTestRunner(detections).Run), result => Assert.True(result.Passed, $"{result.Case.Name}: {result.Failure}"));
    }

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ExamplePattern();
}
