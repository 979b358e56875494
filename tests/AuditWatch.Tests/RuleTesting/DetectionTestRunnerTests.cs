using System.Text.Json.Nodes;
using AuditWatch.RuleTesting;
using AuditWatch.Tests.Correlation;

namespace AuditWatch.Tests.RuleTesting;

/// <summary>Tests beside detections see all stages: what a correlation rests on is there, event time passes, and the log ends.</summary>
public class DetectionTestRunnerTests
{
    [Theory]
    [InlineData("break_in", "aaab", 1, true)]
    [InlineData("break_in", "aab", 1, false)]
    [InlineData("burst", "aaa", 1, true)]
    [InlineData("burst", "aaa", 40, false)]
    [InlineData("few", "aa", 1, true)]
    [InlineData("new_b", "cbb", 43_200, true)]
    [InlineData("new_b", "bbbb", 86_400, false)]
    public void Run_EventsOfATest_FireOrNot(string detection, string verbs, int everySeconds, bool fires)
    {
        var detections = Correlations.Load(
            Correlations.Document("burst", "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {gte: 3}"),
            Correlations.Document("break_in", "type: temporal_ordered\nrules: [burst, b]\ngroup-by: [actor]\ntimespan: 60s"),
            Correlations.Document("few", "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {eq: 2}"),
            "title: x\nname: new_b\nlogsource: {product: kubernetes, service: audit}\ndetection: {selection: {verb: b}, condition: selection}\nauditwatch: {firstSeen: {by: [actor], learn: 12h}}\n");

        var result = new DetectionTestRunner(detections).Run(new DetectionTestCase
        {
            Name = verbs,
            Detection = detection,
            Fires = fires,
            Location = new SourceLocation("x.tests.yml", 1, 1),
            Events = [.. verbs.Select(verb => new JsonObject { ["verb"] = verb.ToString(), ["user"] = new JsonObject { ["username"] = "jane" } })],
            Repeat = 1,
            Every = TimeSpan.FromSeconds(everySeconds),
        });

        Assert.Null(result.Failure);
    }
}
