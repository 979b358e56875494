using AuditWatch.Detection;
using AuditWatch.RuleTesting;

namespace AuditWatch.Tests.Detection;

public class ShippedDetectionsTests
{
    private static readonly Diagnostics Said = [];
    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], Said);

    public static TheoryData<string> TestFiles => [.. Directory
        .EnumerateFiles(RepositoryFiles.Detections, "*.tests.yml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(RepositoryFiles.Detections, file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Load_ShippedDetections_SaysNothing() => Assert.Empty(Said);

    [Theory]
    [MemberData(nameof(TestFiles))]
    public void Run_TestsBesideDetection_Pass(string file)
    {
        var diagnostics = new Diagnostics();
        var tests = DetectionTestLoader.Load([Path.Combine(RepositoryFiles.Detections, file)], Shipped, diagnostics);

        Assert.Empty(diagnostics);
        Assert.Contains(tests, test => test.Fires);
        Assert.True(tests.Count(test => !test.Fires) >= 2, "at least two cases that must not fire");
        Assert.All(tests.Select(new DetectionTestRunner(Shipped).Run), result =>
            Assert.True(result.Passed, $"{result.Case.Location}: {result.Case.Name}: {result.Failure}"));
    }
}
