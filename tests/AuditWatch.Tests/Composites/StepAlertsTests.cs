using AuditWatch.Processing;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Composites;

/// <summary>Whether the rules of steps raise alerts of their own beside that of the story.</summary>
public class StepAlertsTests
{
    [Theory]
    [InlineData("", "", "a, b, story")]
    [InlineData("generate: false", "", "story")]
    [InlineData("", ", generate: false", "b, story")]
    [InlineData("generate: false", ", generate: true", "a, story")]
    public void Process_Story_StepsRaiseAlertsUnlessTheySayOtherwise(string composite, string firstStep, string expected)
    {
        var set = CompositeSets.Load(CompositeSets.Document($$$"""
            within: 1h
            steps:
              - made: {rule: a, match: {objectRef.name: $x}{{{firstStep}}}}
              - used: {rule: b, match: {objectRef.name: $x}}
            {{{composite}}}
            """));

        Assert.Equal(expected, string.Join(", ", set.Alerts([CompositeSets.Event(0, "a"), CompositeSets.Event(60, "b")]).Select(alert => alert.Detection.Name)));
    }

    [Fact]
    public void Process_AwaitedRule_MakesNoFindingsOfItsOwn()
    {
        var set = CompositeSets.Load(
            CompositeSets.Document("within: 1h\nsteps:\n  - made: {rule: a, match: {objectRef.name: $x}}\n  - used: {rule: all, match: {objectRef.name: $x}}"),
            "title: all\nname: all\nlogsource: {product: kubernetes, service: audit}\ndetection: {s: {verb: use}, condition: s}\nauditwatch: {awaited: true}\n");
        var processor = BatchProcessor.ForLog(DetectionStages.For(set, NullLoggerFactory.Instance), NullLogger<BatchProcessor>.Instance);

        // Of "y" nothing waits, of "x" a story does.
        using var batch = Rule.Events(string.Join('\n', CompositeSets.Event(0, "a"), CompositeSets.Event(1, "use", "y"), CompositeSets.Event(2, "use")), CompositeSets.Received);
        var outcome = processor.Process(batch);

        Assert.Null(outcome.Failure);
        Assert.Equal(["a"], outcome.Found.Select(finding => finding.Detection.Name));
        Assert.Equal(["a", "story"], outcome.Findings.Select(finding => finding.Detection.Name));
    }
}
