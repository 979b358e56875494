using AuditWatch.Correlation;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Correlation;

public class CorrelatorTests
{
    private static readonly DetectionSet Burst = Correlations.Load(Correlations.Document("burst", """
        type: event_count
        rules: [a]
        group-by: [actor]
        timespan: 60s
        condition: {gte: 3}
        """, """auditwatch: {summary: "{actor} from {clientIP}"}"""));

    [Fact]
    public void Correlate_ThresholdReached_FiresAtTheFindingThatReachesItForAllThatCounted()
    {
        var correlator = new Correlator(Burst);

        Assert.Empty(correlator.Correlate([Burst.Finding("a", 0), Burst.Finding("a", 10)], Correlations.Received));
        var reached = Assert.Single(correlator.Correlate([Burst.Finding("a", 20, fields: ("clientIP", "203.0.113.7"))], Correlations.Received));

        Assert.Equal("burst", reached.Detection.Name);
        Assert.Equal(3, reached.Count);
        Assert.Equal(20, Correlations.Seconds(reached.Time));
        Assert.Equal(0, Correlations.Seconds(reached.FirstTime!.Value));
        Assert.Equal(["0", "10", "20"], reached.Requests.Select(request => request.AuditId));
        Assert.Equal("mallory", reached.Actor);
        Assert.Equal("mallory from 203.0.113.7", reached.Summary);
        Assert.Equal([KeyValuePair.Create("actor", "mallory")], reached.Dedup);
        Assert.Equal("number of a >= 3 within 00:01:00, by actor", reached.Why[0]);
    }

    [Fact]
    public void Correlate_BurstGoesOn_EachFurtherFindingCountsItself()
    {
        var findings = Burst.Correlate(Enumerable.Range(0, 36).Select(second => Burst.Finding("a", second)));

        Assert.Equal([3, .. Enumerable.Repeat(1, 33)], findings.Select(finding => finding.Count));
        Assert.Null(findings[1].FirstTime);
    }

    [Fact]
    public void Correlate_BurstEndsAndAnotherBegins_CountsNothingBetween()
    {
        var alert = Assert.Single(Burst.Alerts(new double[] { 0, 1, 2, 100, 200, 201, 300, 301, 302 }.Select(second => Burst.Finding("a", second))));

        Assert.Equal(6, alert.Count);
        Assert.Equal(0, Correlations.Seconds(alert.FirstSeen));
        Assert.Equal(302, Correlations.Seconds(alert.LastSeen));
    }

    [Theory]
    [InlineData(59.999999, true)]
    [InlineData(60, false)]
    public void Correlate_AtTheEdgeOfTheWindow_TheTimespanIsNotWithinIt(double last, bool fires) =>
        Assert.Equal(fires, Burst.Correlate(Burst.Finding("a", 0), Burst.Finding("a", 30), Burst.Finding("a", last)).Count > 0);

    [Fact]
    public void Correlate_DifferentGroups_DoNotAddUp()
    {
        Assert.Empty(Burst.Correlate(Burst.Finding("a", 0, "x"), Burst.Finding("a", 1, "y"), Burst.Finding("a", 2, "z")));
        Assert.Empty(Burst.Correlate(Burst.Finding("a", 0, cluster: "x"), Burst.Finding("a", 1, cluster: "y"), Burst.Finding("a", 2, cluster: "z")));
    }

    [Fact]
    public void Correlate_FindingArrivesLast_CompletesTheWindowAroundIt()
    {
        var reached = Assert.Single(Burst.Correlate(Burst.Finding("a", 100), Burst.Finding("a", 120), Burst.Finding("a", 90)));

        Assert.Equal(3, reached.Count);
        Assert.Equal(120, Correlations.Seconds(reached.Time));
        Assert.Equal(90, Correlations.Seconds(reached.FirstTime!.Value));
    }

    [Fact]
    public void Correlate_SameFindingTwice_CountsOnce()
    {
        var repeated = Burst.Finding("a", 1).With(id: 7);

        Assert.Empty(Burst.Correlate(Burst.Finding("a", 0).With(id: 6), repeated, repeated, repeated));
    }

    [Fact]
    public void Correlate_DifferentFindingsOfOneInstant_CountEach()
    {
        var reached = Assert.Single(Burst.Correlate(Enumerable.Range(1, 3).Select(id => Burst.Finding("a", 1).With(id: (UInt128)id))));

        Assert.Equal(3, reached.Count);
    }

    [Fact]
    public void Correlate_RuleOfACorrelation_RaisesNoAlertOfItsOwnUnlessGenerated()
    {
        var generating = Correlations.Load(
            Correlations.Document("one", "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 9}"),
            Correlations.Document("other", "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 9}\ngenerate: true"));

        Assert.Empty(Burst.Correlate(Burst.Finding("a", 0)));
        Assert.Equal("a", Assert.Single(generating.Correlate(generating.Finding("a", 0))).Detection.Name);
        Assert.Equal("b", Assert.Single(Burst.Correlate(Burst.Finding("b", 0))).Detection.Name);
    }

    [Fact]
    public void Correlate_WithoutGroupBy_AllOfAClusterAddUpToOneAlert()
    {
        var all = Correlations.Load(Correlations.Document("all", "type: event_count\nrules: [a, b]\ntimespan: 1m\ncondition: {gt: 1}"));

        var alert = Assert.Single(all.Alerts(all.Finding("a", 0, "x"), all.Finding("b", 1, "y"), all.Finding("a", 2, "z"), all.Finding("a", 3, cluster: "other")));

        Assert.Equal(3, alert.Count);
    }

    [Fact]
    public void Correlate_RulesById_AreTheSameAsByName()
    {
        var byId = Correlations.Load(Correlations.Document("by_id", "type: event_count\nrules: [00000000-0000-4000-8000-00000000000a]\ntimespan: 1m\ncondition: {gte: 1}"));

        Assert.Equal("by_id", Assert.Single(byId.Correlate(byId.Finding("a", 0))).Detection.Name);
    }
}
