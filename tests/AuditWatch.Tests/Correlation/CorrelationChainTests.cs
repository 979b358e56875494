using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Correlation;

/// <summary>Correlations over correlations, and over fields that are called differently in each rule.</summary>
public class CorrelationChainTests
{
    private static readonly string Burst = Correlations.Document("burst", "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {gte: 3}");
    private static readonly string ThenSuccess = Correlations.Document("break_in", "type: temporal_ordered\nrules: [burst, b]\ngroup-by: [actor]\ntimespan: 1h");

    [Theory]
    [InlineData("0:a 1:a 2:a 3:b", true)]
    [InlineData("3:b 2:a 1:a 0:a", true)]
    [InlineData("0:a 1:a 1.5:b 2:a", false)]
    [InlineData("0:a 1:a 3:b", false)]
    [InlineData("0:b 1:a 2:a 3:a", false)]
    [InlineData("0:a 1:a 2:a 3601:b", true)]
    [InlineData("0:a 1:a 2:a 3602:b", false)]
    public void Correlate_OverACorrelation_GoesByTheMomentItsThresholdStoodReached(string timeline, bool fires)
    {
        var detections = Correlations.Load(Burst, ThenSuccess);
        var findings = timeline.Split(' ').Select(one => one.Split(':')).Select(one => detections.Finding(one[1], double.Parse(one[0], System.Globalization.CultureInfo.InvariantCulture)));

        var raised = detections.Correlate(findings.ToList());

        Assert.Equal(fires, raised.Any(finding => finding.Detection.Name == "break_in"));
        Assert.DoesNotContain(raised, finding => finding.Detection.Name == "burst");
    }

    [Fact]
    public void Correlate_OverACorrelation_ShowsItsOwnValues()
    {
        var detections = Correlations.Load(Burst, Correlations.Document("spread",
            "type: value_count\nrules: [burst]\ngroup-by: [objectRef.namespace]\ntimespan: 1h\ncondition: {field: actor, gte: 2}",
            "auditwatch: {summary: '{objectRef.namespace} by {actor} from {clientIP}', actor: objectRef.namespace}"));
        var findings = Enumerable.Range(0, 6).Select(n => detections.Finding("a", n, $"user{n % 2}", fields: [("objectRef.namespace", "web"), ("clientIP", $"10.0.0.{n}")]));

        var spread = Assert.Single(detections.Correlate(findings));

        Assert.Equal("web by user1 from 10.0.0.5", spread.Summary);
        Assert.Equal("web", spread.Actor);
        Assert.Equal([KeyValuePair.Create("objectRef.namespace", "web")], spread.Dedup);
        Assert.Equal(2, spread.Count);
        Assert.Equal(["number of different actor among burst >= 2 within 01:00:00, by objectRef.namespace", "number of a >= 3 within 00:01:00, by actor"], spread.Why);
    }

    [Fact]
    public void Correlate_CorrelationThatGenerates_RaisesBothAlerts()
    {
        var detections = Correlations.Load(Burst, ThenSuccess.Replace("timespan: 1h", "timespan: 1h\n  generate: true", StringComparison.Ordinal));

        var raised = detections.Correlate("aaab".Select((rule, second) => detections.Finding(rule.ToString(), second)));

        Assert.Equal(["burst", "b", "break_in"], raised.Select(finding => finding.Detection.Name));
    }

    [Fact]
    public void Correlate_OverACorrelationThatWaits_SeesItInTime()
    {
        var detections = Correlations.Load(
            Correlations.Document("quiet", "type: value_avg\nrules: [a]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {field: objectRef.name, lt: 3}"),
            Correlations.Document("quiet_then_b", "type: temporal_ordered\nrules: [quiet, b]\ngroup-by: [actor]\ntimespan: 60s"),
            Correlations.Document("only_these", "type: temporal\nrules: [quiet_then_b, c]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {eq: 1}"));

        var raised = detections.Correlate(detections.Finding("c", 500), detections.Finding("b", 30), detections.Finding("a", 10, fields: ("objectRef.name", "1")));

        Assert.Equal(["only_these", "only_these"], raised.Select(finding => finding.Detection.Name));
        Assert.Equal([30, 500], raised.Select(finding => Correlations.Seconds(finding.Time)));
    }

    [Fact]
    public void Correlate_BatchIsGoneBeforeTheWindowIsJudged_TellsOfIt()
    {
        var detections = Correlations.Load(
            Correlations.Document("quiet", "type: value_avg\nrules: [a]\ngroup-by: [actor]\ntimespan: 60s\ncondition: {field: responseStatus.code, lt: 300}"));
        var correlator = new Correlator(detections);
        var findings = new List<Finding>();
        using (var batch = Rule.Events("""{"auditID":"1","stage":"ResponseComplete","verb":"a","user":{"username":"jane"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z"}"""))
        {
            new DetectionEngine(detections).Detect(batch, findings);
            Assert.Empty(correlator.Correlate(findings, Correlations.Received));
        }

        var raised = Assert.Single(correlator.Complete());

        Assert.Equal("jane", raised.Request.User);
        Assert.Contains("verb: a", raised.Why);
    }

    [Fact]
    public void Correlate_Aliases_GroupByDifferentFieldsOfEachRule()
    {
        var detections = Correlations.Load(Correlations.Document("handed_on", """
            type: temporal
            rules: [a, b]
            group-by: [who, objectRef.namespace]
            timespan: 1m
            aliases:
              who: {a: objectRef.name, 00000000-0000-4000-8000-00000000000b: actor}
            """, "auditwatch: {summary: '{who} in {objectRef.namespace}', actor: who, dedup: {by: [who]}}"));

        var raised = detections.Correlate(
            detections.Finding("a", 0, "admin", fields: [("objectRef.name", "jane"), ("objectRef.namespace", "web")]),
            detections.Finding("b", 1, "admin", fields: [("objectRef.name", "jane"), ("objectRef.namespace", "web")]),
            detections.Finding("b", 2, "jane", fields: [("objectRef.name", "x"), ("objectRef.namespace", "db")]),
            detections.Finding("b", 3, "jane", fields: [("objectRef.name", "x"), ("objectRef.namespace", "web")]));

        var finding = Assert.Single(raised);
        Assert.Equal(3, Correlations.Seconds(finding.Time));
        Assert.Equal("jane in web", finding.Summary);
        Assert.Equal("jane", finding.Actor);
        Assert.Equal([KeyValuePair.Create("who", "jane")], finding.Dedup);
    }

    [Fact]
    public void Correlate_AliasOfAnAlias_IsFollowedDownToTheRule()
    {
        var detections = Correlations.Load(
            Correlations.Document("inner", "type: temporal\nrules: [a, b]\ngroup-by: [who]\ntimespan: 1m\naliases: {who: {a: objectRef.name, b: actor}}"),
            Correlations.Document("outer", "type: temporal\nrules: [inner, c]\ngroup-by: [whom]\ntimespan: 1m\naliases: {whom: {inner: who, c: clientIP}}"));

        Assert.Equal("outer", Assert.Single(detections.Correlate(
            detections.Finding("a", 0, "x", fields: ("objectRef.name", "jane")),
            detections.Finding("b", 1, "jane"),
            detections.Finding("c", 2, "x", fields: ("clientIP", "jane")))).Detection.Name);
    }
}
