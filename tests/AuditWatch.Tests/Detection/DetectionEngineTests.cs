using AuditWatch.Detection;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection;

public class DetectionEngineTests
{
    private const string Received = "2026-11-21T00:00:00.000001Z";

    private static readonly DetectionRule Exec = Rule.Load("selection:\n  objectRef.subresource: exec\ncondition: selection");

    [Fact]
    public void Detect_StagesOfOneRequest_OneFindingOfTheFirstThatMatters()
    {
        var finding = Assert.Single(Detect(Exec, Event("RequestReceived"), Event("ResponseStarted"), Event("ResponseComplete")));

        Assert.Equal("ResponseStarted", finding.Request.Stage);
    }

    [Fact]
    public void Detect_RepeatedEvent_OneFinding() => Assert.Single(Detect(Exec, Event(), Event(), Event()));

    [Theory]
    [InlineData("user", "jane", "mallory")]
    [InlineData("verb", "get", "create")]
    [InlineData("uri", "/a", "/b")]
    [InlineData("time", Received, "2026-11-21T00:00:00.000002Z")]
    [InlineData("id", "a", "b")]
    public void Detect_SameAuditIdButAnotherRequest_IsNotHidden(string what, string first, string second) =>
        Assert.Equal(2, Detect(Exec, Event(what: what, value: first), Event(what: what, value: second)).Count);

    [Fact]
    public void Detect_RuleThatSelectsOnStage_SeesRequestReceived()
    {
        var rule = Rule.Load("selection:\n  stage: RequestReceived\ncondition: selection");

        Assert.Single(Detect(rule, Event("RequestReceived"), Event("ResponseComplete")));
    }

    [Fact]
    public void Detect_FirstStageLacksWhatIsNeeded_LaterStageIsSeen()
    {
        var rule = Rule.Load("selection:\n  responseStatus.code: 101\ncondition: selection");

        Assert.Single(Detect(rule, Event("ResponseStarted", "code", "200"), Event("ResponseComplete", "code", "101")));
    }

    [Fact]
    public void Detect_Match_SaysWhyAndWho()
    {
        var finding = Assert.Single(Detect(Exec, Event()));

        Assert.Equal(["objectRef.subresource: exec"], finding.Why);
        Assert.Equal("jane", finding.Actor);
        Assert.Equal("prod", finding.Cluster);
        Assert.Equal(DateTimeOffset.Parse(Received, System.Globalization.CultureInfo.InvariantCulture), finding.Time);
        Assert.Equal([KeyValuePair.Create("actor", "jane")], finding.Dedup);
    }

    [Fact]
    public void Detect_EventsThatMatchNothing_AllocateNothing()
    {
        var rules = DetectionLoader.Load([RepositoryFiles.Detections], []);
        var engine = new DetectionEngine(rules);
        var findings = new List<Finding>();
        using var batch = Rule.Events(string.Join('\n', Enumerable.Range(0, 1_000).Select(i => $$$"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{{i}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/web/configmaps?limit=500\u0026x=1",
            "verb":"update","user":{"username":"system:serviceaccount:web:operator","groups":["system:authenticated"]},"sourceIPs":["10.0.0.9"],"userAgent":"operator/v1.36",
            "objectRef":{"resource":"leases","namespace":"kube-system","name":"kcm","apiGroup":"coordination.k8s.io","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},
            "requestObject":{"kind":"Lease","metadata":{"name":"kcm"},"spec":{"holderIdentity":"a","leaseDurationSeconds":15}},"requestReceivedTimestamp":"{{{Received}}}",
            "stageTimestamp":"{{{Received}}}","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}
            """)));
        engine.Detect(batch, findings);

        // The least of a few rounds: a collection may empty the array pools in between.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            engine.Detect(batch, findings);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, least);
        Assert.Empty(findings);
    }

    [Fact]
    public void Materialize_BatchIsGone_TellsWhatItToldBefore()
    {
        var (told, settled) = (new List<Finding>(), new List<Finding>());
        using var batch = Rule.Events(Event());
        new DetectionEngine(new DetectionSet([Exec])).Detect(batch, told);
        new DetectionEngine(new DetectionSet([Exec])).Detect(batch, settled);
        var before = Assert.Single(told);
        var expected = (before.Request, before.Actor, before.ActorKind, before.Summary, string.Join(',', before.Dedup), string.Join(',', before.Why));

        var after = Assert.Single(settled).Materialize();
        batch.Dispose();

        Assert.Equal(expected, (after.Request, after.Actor, after.ActorKind, after.Summary, string.Join(',', after.Dedup), string.Join(',', after.Why)));
    }

    private static List<Finding> Detect(DetectionRule rule, params string[] events)
    {
        var findings = new List<Finding>();
        using var batch = Rule.Events(string.Join('\n', events));
        new DetectionEngine(new DetectionSet([rule])).Detect(batch, findings);
        return [.. findings.Select(finding => finding.Materialize())];
    }

    private static string Event(string stage = "ResponseComplete", string what = "", string value = "")
    {
        string Of(string name, string otherwise) => what == name ? value : otherwise;
        return $$"""
            {"auditID":"{{Of("id", "a")}}","stage":"{{stage}}","verb":"{{Of("verb", "get")}}","requestURI":"{{Of("uri", "/exec")}}","user":{"username":"{{Of("user", "jane")}}"},
            "objectRef":{"subresource":"exec"},"responseStatus":{"code":{{Of("code", "101")}}},"requestReceivedTimestamp":"{{Of("time", Received)}}"}
            """;
    }
}
