using AuditWatch.Detection;
using AuditWatch.RuleTesting;
using AuditWatch.Tests.Composites;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.RuleTesting;

/// <summary>Tests beside composites, as their authors write them: what did not happen, and why a story was not told.</summary>
public class CompositeTestCasesTests
{
    private static readonly DetectionSet NotFollowedBy = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - told: {not: b, match: {objectRef.name: $x}, within: 10m}
        """));

    private static readonly DetectionSet NotBetween = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - told: {not: b, match: {objectRef.name: $x}}
          - used: {rule: c, match: {objectRef.name: $x}}
        """));

    private static readonly DetectionSet Chain = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - used: {rule: b, match: {objectRef.name: $x}}
        """));

    [Theory]
    [InlineData("fires: true, advance: 10m, events: [{verb: a}]")]
    [InlineData("fires: false, events: [{verb: a}]")] // nothing is known of the time after
    [InlineData("fires: false, advance: 9m, events: [{verb: a}]")]
    [InlineData("fires: false, advance: 1h, events: [{verb: a}, {verb: b}]")]
    [InlineData("fires: true, advance: 1h, events: [{verb: a}, {verb: b, objectRef: {name: y}}]")]
    [InlineData("fires: true, advance: 1h, events: [{verb: b}, {verb: a}]")]
    [InlineData("fires: true, advance: 1h, every: 11m, events: [{verb: a}, {verb: b}]")]
    public void Run_LastStepIsNot_NeedsTimeToGoBy(string test) => Assert.Null(Run(NotFollowedBy, test).Failure);

    [Theory]
    [InlineData("fires: true, events: [{verb: a}, {verb: c}]")]
    [InlineData("fires: false, events: [{verb: a}, {verb: b}, {verb: c}]")]
    [InlineData("fires: true, events: [{verb: a}, {verb: b, objectRef: {name: y}}, {verb: c}]")]
    [InlineData("fires: true, events: [{verb: b}, {verb: a}, {verb: c}]")]
    [InlineData("fires: true, events: [{verb: a}, {verb: c}, {verb: b}]")]
    public void Run_MiddleStepIsNot_MustNotBeBetween(string test) => Assert.Null(Run(NotBetween, test).Failure);

    [Theory]
    [InlineData("[{verb: a}]", "story: has 1 of 2 steps", "'used' is missing: no b with objectRef.name equal to 'x' ($x)")]
    [InlineData("[{verb: a}, {verb: b, objectRef: {name: y}}]", "'used' is missing: of b by mallory", "objectRef.name should be equal to 'x' ($x) and is 'y'")]
    [InlineData("[{verb: b}, {verb: a}]", "'used' is missing: of b by mallory", "the time is before 'made'")]
    public void Run_StoryIsNotTold_SaysWhichStepIsMissingAndWhatDidNotAgree(string events, string which, string what)
    {
        var result = Run(Chain, $"fires: true, events: {events}");

        Assert.Equal("should fire and does not", result.Failure);
        Assert.Contains(which, string.Join('\n', result.Why), StringComparison.Ordinal);
        Assert.Contains(what, string.Join('\n', result.Why), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LastStepIsNotAndNoTimeGoesBy_SaysHowToLetItGoBy() =>
        Assert.Contains(Run(NotFollowedBy, "fires: true, events: [{verb: a}]").Why, why => why.Contains("'told' must not be", StringComparison.Ordinal) && why.Contains("'advance'", StringComparison.Ordinal));

    [Theory]
    [InlineData("fires: true, events: [{verb: a}, {verb: b}]")]
    [InlineData("fires: false, events: [{verb: a}]")]
    public void Run_AsExpected_SaysNothing(string test) => Assert.Empty(Run(Chain, test).Why);

    private static DetectionTestResult Run(DetectionSet set, string test)
    {
        const string file = "story.tests.yml";
        var said = new Diagnostics();
        var document = Assert.Single(YamlFile.Parse(file, $"detection: story\ndefaults: {{user: {{username: mallory}}, objectRef: {{name: x}}}}\ntests:\n  - {{name: it, {test}}}\n", said));
        var cases = DetectionTestLoader.Read(file, set, new YamlMap(document, said), said);
        Assert.Empty(said);
        return new DetectionTestRunner(set).Run(Assert.Single(cases));
    }
}
