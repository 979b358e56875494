using AuditWatch.Detection;

namespace AuditWatch.Tests.Composites;

/// <summary>A correlation as a step counts once, when its threshold is reached, however long it stays reached.</summary>
public class CorrelationBurstsTests
{
    private const string Denied = "title: denied\nname: denied\nlogsource: {product: kubernetes, service: audit}\ndetection: {s: {responseStatus.code: 403}, condition: s}\n";
    private const string Often = "title: often\nname: often\ncorrelation: {type: event_count, rules: [denied], group-by: [actor], timespan: 5m, condition: {gte: 10}}\n";

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Process_BurstThenARequest_IsOneStoryAndOneAlertOfTheStep(int batchSize)
    {
        var alerts = Set("used: {rule: b, match: {actor: $who}}").Alerts([.. Denials(0, 30), CompositeSets.Event(120, "b")], batchSize);

        Assert.Equal(["b", "often", "story"], alerts.Select(alert => alert.Detection.Name));
        Assert.Equal(["get-18", "b-120"], alerts[^1].Requests.Select(request => request.AuditId));
    }

    // A denial every two seconds; the tenth is 18 seconds after the first.
    [Theory]
    [InlineData(30, 137, true)]
    [InlineData(30, 138, false)]
    [InlineData(300, 600, false)] // it goes on until then, and began long before
    [InlineData(9, 60, false)]
    public void Process_RequestAfterABurstThatGoesOn_CountsFromTheThreshold(int denials, int usedAt, bool isTold) =>
        Assert.Equal(isTold, IsTold(Set("used: {rule: b, match: {actor: $who}, within: 2m}"), [.. Denials(0, denials), CompositeSets.Event(usedAt, "b")]));

    [Theory]
    [InlineData(300, 0, false)] // ten minutes without a pause
    [InlineData(30, 200, false)] // a pause that is shorter than the timespan
    [InlineData(30, 500, true)]
    public void Process_TwoBursts_AreTwoAfterAPauseOfTheTimespan(int denials, int againAt, bool isTold) =>
        Assert.Equal(isTold, IsTold(Set("again: {rule: often, match: {actor: $who}}"), [.. Denials(0, denials), .. Denials(againAt, againAt == 0 ? 0 : 30)]));

    private static bool IsTold(DetectionSet set, IEnumerable<string> events) => set.Alerts(events).Exists(alert => alert.Detection.Name == "story");

    private static IEnumerable<string> Denials(int from, int count) => Enumerable.Range(0, count).Select(i => CompositeSets.Event(from + (2 * i), "get", code: 403));

    private static DetectionSet Set(string second) => CompositeSets.Load(CompositeSets.Document($"within: 1h\nsteps:\n  - burst: {{rule: often, match: {{actor: $who}}}}\n  - {second}"), Denied, Often);
}
