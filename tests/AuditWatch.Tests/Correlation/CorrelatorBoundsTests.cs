using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Tests.Correlation;

/// <summary>What is late, far ahead, or more than memory is meant for: bounded, counted, and harmless to everything else.</summary>
public class CorrelatorBoundsTests
{
    private const string EventCount = "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 10m\ncondition: {gte: 3}";
    private const string Average = "type: value_avg\nrules: [a]\ngroup-by: [actor]\ntimespan: 10m\ncondition: {field: objectRef.name, gte: 3}";

    [Fact]
    public void Correlate_ArrivesAtTheLatenessBound_Counts()
    {
        var detections = Correlations.Load(Correlations.Document("in_time", EventCount));

        Assert.Single(detections.Correlate(detections.Finding("a", 400), detections.Finding("a", 401), detections.Finding("a", 101)));
    }

    [Fact]
    public void Correlate_ArrivesLaterThanTheBound_IsCountedInAMetricAndLoggedOnce()
    {
        var detections = Correlations.Load(Correlations.Document("too_late", EventCount));
        var log = new RecordingLogger<Correlator>();
        var correlator = new Correlator(detections, TimeSpan.FromMinutes(2), log);
        using var late = new Counted("auditwatch.correlation.late", "too_late");

        var findings = new[] { 400, 401, 280.9, 280, 0 }.Select(second => detections.Finding("a", second)).ToList();

        Assert.Empty(correlator.Correlate(findings, Correlations.Received));
        Assert.Equal(3, late.Value);
        Assert.Contains("too_late", Assert.Single(log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Correlate_OneGroupIsFarBehindAnother_IsNotLate()
    {
        var detections = Correlations.Load(Correlations.Document("behind", EventCount));

        var ahead = detections.Finding("a", 50_000, "fast", "one");
        var behind = Enumerable.Range(0, 3).Select(second => detections.Finding("a", second, "slow", "two"));

        Assert.Equal("slow", Assert.Single(detections.Correlate([ahead, .. behind])).Actor);
    }

    [Theory]
    [InlineData(EventCount)]
    [InlineData(Average)]
    public void Correlate_EventFromTheFarFuture_MakesNoOtherLateAndEvictsNothing(string section)
    {
        var detections = Correlations.Load(Correlations.Document("future", section));
        var correlator = new Correlator(detections);
        var raised = new List<Finding>();
        foreach (var second in new[] { 0, 1, 200_000_000, 2, 3 })
        {
            var arrival = Correlations.Start.AddSeconds(Math.Min(second, 10));
            raised.AddRange(correlator.Correlate([detections.Finding("a", second, fields: ("objectRef.name", "5"))], arrival));
        }

        raised.AddRange(correlator.Complete());

        Assert.Equal(5, raised.Sum(finding => finding.Count));
        Assert.All(raised, finding => Assert.InRange(finding.Time, Correlations.Start, Correlations.Start.AddSeconds(10)));
    }

    [Fact]
    public void Correlate_ConditionThatCanBeUndone_IsJudgedOnceNothingCanArriveAnyMore()
    {
        var detections = Correlations.Load(Correlations.Document("waits", Average));
        var correlator = new Correlator(detections);
        var finding = detections.Finding("a", 0, fields: ("objectRef.name", "5"));

        Assert.Empty(correlator.Correlate([finding], Correlations.Received));
        Assert.Empty(correlator.AdvanceWatermark(Correlations.Start.AddMinutes(5), Correlations.Received));
        var judged = Assert.Single(correlator.AdvanceWatermark(Correlations.Start.AddMinutes(5).AddTicks(1), Correlations.Received));

        Assert.Equal("waits", judged.Detection.Name);
        Assert.Equal(0, Correlations.Seconds(judged.Time));
        Assert.Equal("0", judged.Request.AuditId);
        Assert.Empty(correlator.Complete());
    }

    [Fact]
    public void Correlate_ArrivesAfterItsWindowWasJudged_IsLate()
    {
        var detections = Correlations.Load(Correlations.Document("judged", Average));
        using var late = new Counted("auditwatch.correlation.late", "judged");

        Finding At(double second) => detections.Finding("a", second, fields: ("objectRef.name", "5"));
        detections.Correlate(At(0), At(1000), At(0), At(700));

        Assert.Equal(1, late.Value);
    }

    [Fact]
    public void Correlate_MoreGroupsThanHeld_TheOneFedLongestAgoLeavesAndIsCounted()
    {
        var detections = Correlations.Load(Correlations.Document("many_groups", EventCount));
        var log = new RecordingLogger<Correlator>();
        var correlator = new Correlator(detections, logger: log);
        using var forgotten = new Counted("auditwatch.correlation.forgotten", "many_groups");
        List<Finding> Feed(IEnumerable<string> actors) => [.. correlator.Correlate([.. actors.Select(actor => detections.Finding("a", 0, actor))], Correlations.Received)];

        Feed(["lost", "lost", "kept", "kept"]);
        Feed(Enumerable.Range(0, CorrelationRule.MaxGroups - 2).Select(number => $"user{number}"));
        Assert.Equal(0, forgotten.Value);
        Feed(["kept", "new"]);

        Assert.Equal(2, forgotten.Value);
        Assert.Empty(Feed(["lost"]));
        Assert.Equal("kept", Assert.Single(Feed(["kept"])).Actor);
        Assert.Single(log.Lines);
    }

    [Theory]
    [InlineData(EventCount)]
    [InlineData(Average)]
    public void Correlate_FloodOfGroupsByOneAccount_CostsNobodyElseTheirGroup(string section)
    {
        var detections = Correlations.Load(Correlations.Document("flooded", section.Replace("[actor]", "[objectRef.namespace]", StringComparison.Ordinal)));
        var correlator = new Correlator(detections);
        Finding Of(string account, string group, string cluster = "") => detections.Finding("a", 0, account, cluster, ("objectRef.namespace", group), ("objectRef.name", "5"));

        var raised = new List<Finding>();
        void Feed(IEnumerable<Finding> findings) => raised.AddRange(correlator.Correlate([.. findings], Correlations.Received));
        Feed([Of("jane", "quiet"), Of("jane", "quiet")]);
        Feed(Enumerable.Range(0, CorrelationRule.MaxGroups + 1_000).Select(n => Of("mallory", $"flood-{n}")));
        Feed([Of("jane", "quiet")]);
        raised.AddRange(correlator.Complete());

        Assert.Equal(3, Assert.Single(raised, finding => finding.Request.User == "jane").Count);
    }

    [Fact]
    public void Correlate_FloodByTheAccountsOfOneCluster_CostsAnotherNothing()
    {
        var detections = Correlations.Load(Correlations.Document("flooded", EventCount));
        var correlator = new Correlator(detections);
        List<Finding> Feed(IEnumerable<Finding> findings) => [.. correlator.Correlate([.. findings], Correlations.Received)];

        Feed([detections.Finding("a", 0, "jane", "quiet"), detections.Finding("a", 0, "jane", "quiet")]);
        Feed(Enumerable.Range(0, CorrelationRule.MaxGroups + 1_000).Select(n => detections.Finding("a", 0, $"flood-{n}", "loud")));

        Assert.Equal("quiet", Assert.Single(Feed([detections.Finding("a", 0, "jane", "quiet")])).Cluster);
    }

    [Fact]
    public void Correlate_ForgottenGroupIsLongOver_IsNoLoss()
    {
        var detections = Correlations.Load(Correlations.Document("old_groups", EventCount));
        using var forgotten = new Counted("auditwatch.correlation.forgotten", "old_groups");

        detections.Correlate([detections.Finding("a", 0, "old"), .. Enumerable.Range(0, CorrelationRule.MaxGroups).Select(n => detections.Finding("a", 5_000, $"user{n}"))]);

        Assert.Equal(0, forgotten.Value);
    }

    [Fact]
    public void Correlate_MoreFindingsInAGroupThanHeld_TheOldestLeaveAndAreCounted()
    {
        var detections = Correlations.Load(Correlations.Document("many_findings", "type: value_count\nrules: [a]\ntimespan: 10m\ncondition: {field: objectRef.name, gte: 3}"));
        using var forgotten = new Counted("auditwatch.correlation.forgotten", "many_findings");
        var findings = Enumerable.Range(0, 30_000).Select(number => detections.Finding("a", number / 1000.0, fields: ("objectRef.name", number % 2 == 0 ? "x" : "y")));

        var reached = Assert.Single(detections.Correlate([.. findings, detections.Finding("a", 31, fields: ("objectRef.name", "z"))]));

        Assert.InRange(reached.Count, CorrelationDefinition.MaxFindings, (CorrelationDefinition.MaxFindings * 5 / 4) + 1);
        Assert.Equal(30_001, reached.Count + forgotten.Value);
        Assert.InRange(reached.Requests.Count, 1, 10);
    }

    [Fact]
    public void Correlate_MoreFindingsThanHeldInAllGroups_TheGroupFedLongestAgoLeaves()
    {
        var detections = Correlations.Load(Correlations.Document("many_whole", Average));
        using var forgotten = new Counted("auditwatch.correlation.forgotten", "many_whole");
        var correlator = new Correlator(detections);

        correlator.Correlate([.. Enumerable.Range(0, CorrelationRule.MaxWholeFindings + 10).Select(n => detections.Finding("a", 0, $"user{n / 2}", fields: ("objectRef.name", "5")))], Correlations.Received);

        Assert.Equal(10, forgotten.Value);
        Assert.Equal(CorrelationRule.MaxWholeFindings, correlator.Complete().Sum(finding => finding.Count));
    }

    [Fact]
    public void Correlate_Repeats_AreCountedInAMetric()
    {
        var detections = Correlations.Load(Correlations.Document("repeats", EventCount));
        using var repeated = new Counted("auditwatch.correlation.repeated", "repeats");
        var finding = detections.Finding("a", 0).With(id: 1);

        detections.Correlate(finding, finding, finding);

        Assert.Equal(2, repeated.Value);
    }

    [Fact]
    public void Correlate_HugeBurstAfterASlowStart_ShowsTheRequestsThatAreStillKnown()
    {
        var detections = Correlations.Load(Correlations.Document("sample", "type: event_count\nrules: [a]\ntimespan: 10m\ncondition: {gte: 9000}"));

        var reached = Assert.Single(detections.Correlate(Enumerable.Range(0, 9_000).Select(n => detections.Finding("a", n / 1000.0))));

        Assert.Equal(9_000, reached.Count);
        Assert.Equal(10, reached.Requests.Count);
        Assert.True(reached.Requests.Zip(reached.Requests.Skip(1)).All(pair => pair.First.Time < pair.Second.Time));
    }
}
