using System.Collections;
using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Routing;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Composites;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>Faults put into every stage, one event or finding among others: that one is lost for the detections that fail on it, is told of, and nothing else changes. It is long because each stage has its fault.</summary>
public sealed class EventFailureTests
{
    private const string Source = "logsource: {product: kubernetes, service: audit}";
    private const string ByUser = "dedup: {by: [user.username]}";
    private const string One = "title: one\nname: one\n" + Source + "\ndetection: {selection: {verb: create}, condition: selection}";

    private readonly RecordingLogger<EventFailures> _log = new();
    private readonly EventFailures _failures;

    public EventFailureTests() => _failures = new EventFailures(_log);

    [Theory]
    [InlineData("a condition", "detection: {selection: {verb: create, requestObject.kind: Pod}, condition: selection}", ByUser, "detection")]
    [InlineData("whether a field is there", "detection: {selection: {verb: create, requestObject.spec.hostPID|exists: false}, condition: selection}", ByUser, "detection")]
    [InlineData("a derived field", "detection: {selection: {verb: create, containers.image|contains: evil}, condition: selection}", ByUser, "detection")]
    [InlineData("the summary", "detection: {selection: {verb: create}, condition: selection}", "summary: 'a {requestObject.kind}', " + ByUser, "alert")]
    [InlineData("the actor", "detection: {selection: {verb: create}, condition: selection}", "actor: requestObject.kind, " + ByUser, "alert")]
    [InlineData("a field of dedup", "detection: {selection: {verb: create}, condition: selection}", "dedup: {by: [requestObject.kind]}", "alert")]
    public void Process_ReadingFieldFails_EventIsLostForThatDetectionOnly(string what, string detection, string auditwatch, string stage)
    {
        Assert.NotEmpty(what);
        var set = Load(
            $"title: shaky\nname: shaky\n{Source}\n{detection}\nauditwatch: {{{auditwatch}}}",
            $"title: steady\nname: steady\n{Source}\ndetection: {{selection: {{verb: create}}, condition: selection}}\nauditwatch: {{{ByUser}}}");
        using var batch = Rule.Events(string.Join('\n', Pod("jane"), Pod("mallory"), Pod("joe")));
        DamageBody(batch, index: 1);

        var outcome = BatchProcessor.ForLog(DetectionStages.For(set, NullLoggerFactory.Instance, failures: _failures), NullLogger<BatchProcessor>.Instance, _failures).Process(batch);

        Assert.Null(outcome.Failure);
        Assert.Equal(["jane", "mallory", "joe"], Actors(outcome, "steady"));
        Assert.DoesNotContain("mallory", Requesters(outcome, "shaky"));
        Assert.Superset(new HashSet<string?> { "jane", "joe" }, Requesters(outcome, "shaky"));
        var failure = Assert.Single(outcome.Failures);
        Assert.Equal((stage, "shaky", "mallory", "prod"), (failure.Stage, Assert.Single(failure.Detections), failure.Actor, failure.Cluster));
        Assert.Equal((batch[1].Json.Length, 64), (failure.Length, failure.Sha256.Length));
        var alert = Assert.Single(outcome.Changes, change => change.Alert.Detection.Name == "auditwatch_event_failed").Alert;
        Assert.Equal((Level.High, "mallory"), (alert.Level, alert.Actor));
        Assert.Contains("shaky", alert.Summary, StringComparison.Ordinal);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void Process_ReadingChangesFails_RequestIsKeptWithoutThem()
    {
        using var batch = Rule.Events(string.Join('\n', new[] { "jane", "mallory", "joe" }.Select(user => Pod(user).Replace("\"create\"", "\"patch\"", StringComparison.Ordinal).Replace("201", "200", StringComparison.Ordinal))));
        DamageBody(batch, index: 1);

        var outcome = BatchProcessor.ForLog(
            DetectionStages.For(Load(One.Replace("verb: create", "verb: patch", StringComparison.Ordinal) + $"\nauditwatch: {{{ByUser}}}"), NullLoggerFactory.Instance, failures: _failures), NullLogger<BatchProcessor>.Instance, _failures).Process(batch);

        Assert.Empty(outcome.Failures);
        Assert.Equal(["jane", "mallory", "joe"], Actors(outcome, "one"));
        Assert.Equal(["set kind: Pod", "(what it changes cannot be read)", "set kind: Pod"], outcome.Changes.Select(change => Assert.Single(change.Alert.Requests).Changes[0]));
    }

    [Fact]
    public void Detect_AheadOfTime_FailuresAreTheSame()
    {
        var set = Load($"title: shaky\nname: shaky\n{Source}\ndetection: {{selection: {{verb: create, requestObject.kind: Pod}}, condition: selection}}");
        using var batch = Rule.Events(string.Join('\n', Pod("jane"), Pod("mallory"), Pod("joe")));
        DamageBody(batch, index: 1);
        var engine = new DetectionEngine(set, failures: _failures);
        var found = new List<Finding>();

        engine.LookAhead(batch);
        engine.Detect(batch, found);

        Assert.Equal(["jane", "joe"], found.Select(finding => finding.Request.User));
        Assert.Single(_failures.Drain());
    }

    [Fact]
    public void Filter_FindingFails_OthersAreFirst()
    {
        var set = Load($"title: rare\nname: rare\n{Source}\ndetection: {{selection: {{verb: create}}, condition: selection}}\nauditwatch: {{firstSeen: {{by: [user.username], learn: 1s}}}}");
        var stage = new FirstSeenStage(set, failures: _failures);

        var passed = stage.Filter([Of(set, "rare", "jane"), Of(set, "rare", "mallory", isFaulty: true), Of(set, "rare", "joe")], "", CompositeSets.Start.AddMinutes(-1), CompositeSets.Received);

        Assert.Equal(["jane", "joe"], passed.Select(finding => finding.Actor));
        Assert.Equal(("first seen", "mallory"), Assert.Single(_failures.Drain().Select(failure => (failure.Stage, failure.Actor))));
    }

    [Fact]
    public void Correlate_FindingFails_OthersCount()
    {
        var set = Load(One, "title: many\nname: many\ncorrelation: {type: value_count, rules: [one], group-by: [user.username], timespan: 1m, condition: {field: objectRef.name, gte: 1}}");
        var correlator = new Correlator(set, failures: _failures);

        var alerting = correlator.Correlate([Of(set, "one", "mallory", isFaulty: true), Of(set, "one", "jane")], CompositeSets.Received);

        Assert.Contains(alerting, finding => finding.Detection.Name == "many");
        Assert.Equal(("correlation", "mallory"), Assert.Single(_failures.Drain().Select(failure => (failure.Stage, failure.Actor))));
    }

    [Fact]
    public async Task Join_FindingFails_OthersMakeTheirStory()
    {
        var set = CompositeSets.Load(CompositeSets.Document("within: 1h\nsteps:\n  - made: {rule: a, match: {objectRef.name: $x}}\n  - used: {rule: b, match: {objectRef.name: $x}}"));
        var stage = new CompositeStage(set, failures: _failures);
        await stage.Ready;
        using var batch = new EventBatch(new EventOrigin("test"), CompositeSets.Received, capacity: 0);

        IEnumerable<Finding> told = stage.Join(batch, [set.Finding("a", 1, fields: ("objectRef.name", "x")), Of(set, "a", "mallory", isFaulty: true), set.Finding("b", 2, fields: ("objectRef.name", "x"))], []);
        told = told.Concat(stage.Complete());

        Assert.Single(told);
        Assert.Equal("composite", Assert.Single(_failures.Drain().Select(failure => failure.Stage)));
    }

    [Fact]
    public void Apply_RecordOfAlertFails_OthersAreKeptAndTold()
    {
        var alerts = new AlertLoopHarness();

        // The list fails when it is written.
        alerts.Find(alerts.Finding("jane"), With(alerts.Finding("mallory"), new FailsFrom<string>(0)), alerts.Finding("joe"));
        alerts.Pass(0.1);

        Assert.Equal(["jane", "joe", "mallory"], alerts.Alerts.Where(alert => new AlertHistory(alerts.Store).Find(alert.Id).Count > 0).Select(alert => alert.Actor).Order());
        Assert.Contains(alerts.Alerts, alert => alert is { Detection.Name: "auditwatch_event_failed", Actor: "mallory" });
        var told = string.Join('\n', alerts.Told());
        Assert.Contains("jane", told, StringComparison.Ordinal);
        Assert.Contains("joe", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Flush_RouteFails_OthersAreTold()
    {
        var alerts = new AlertLoopHarness(new Route { Receiver = "soc", Routes = [new Route { Receiver = "nobody", Path = "0", Matchers = Matchers.Parse("actor=\"mallory\"") }] });

        alerts.Find(alerts.Finding("mallory"), alerts.Finding("jane"));
        alerts.Pass(0.1);

        Assert.Contains(alerts.Told(), told => told.Contains("jane", StringComparison.Ordinal));
        Assert.Contains(alerts.Alerts, alert => alert.Detection.Name == "auditwatch_event_failed");
    }

    [Fact]
    public void Process_WatchOfSourcesFails_EventsAreJudgedAndItIsTold()
    {
        var stages = DetectionStages.For(Load(One), NullLoggerFactory.Instance, failures: _failures);
        using var batch = Rule.Events(Pod("mallory"));
        var processor = new BatchProcessor(() => stages, new LogAlerts(_failures), NullLogger<BatchProcessor>.Instance) { Sources = new SourceWatch(new WatchSettings(), new BrokenClock()), Failures = _failures };

        var outcome = processor.Process(batch);

        Assert.Null(outcome.Failure);
        Assert.Equal(["mallory"], Actors(outcome, "one"));
        Assert.Equal(("monitoring", "prod"), Assert.Single(outcome.Failures.Select(failure => (failure.Stage, failure.Cluster))));
        Assert.Single(outcome.Changes, change => change.Alert.Detection.Name == "auditwatch_event_failed");
    }

    [Fact]
    public void Record_FindingFails_OthersAreKeptForARestart()
    {
        var set = Load(One);
        var (store, changes) = (new MemoryStateStore(), new StateChanges());
        using var batch = new EventBatch(new EventOrigin("test"), CompositeSets.Received, capacity: 0);

        new StageState(store).Record(new BatchOutcome(batch) { Correlated = [Of(set, "one", "jane"), With(Of(set, "one", "mallory"), new FailsFrom<string>(0)), Of(set, "one", "joe")] }, changes, _failures);

        Assert.True(store.CommitAsync(changes).IsCompletedSuccessfully);
        Assert.Equal(["jane", "joe"], BatchRecord.Read(Assert.Single(store.Read(StateTables.Counted)).Bytes("value")).Correlated.Select(finding => finding.Actor));
        Assert.Equal(("state", "mallory"), Assert.Single(_failures.Drain().Select(failure => (failure.Stage, failure.Actor))));
    }

    [Fact]
    public void Apply_IncidentFails_AlertsAreKeptAndTold()
    {
        var alerts = new AlertLoopHarness();
        var shaky = AlertLoopHarness.Exec with { Tags = new FailsOnce<string>() };

        // Nobody reads the tags before incidents do.
        alerts.Find(alerts.Finding("mallory", rule: shaky), alerts.Finding("jane"));
        alerts.Pass(0.1);

        Assert.Equal(["jane", "mallory"], alerts.Alerts.Where(alert => alert.Detection.Name == shaky.Name && new AlertHistory(alerts.Store).Find(alert.Id).Count > 0).Select(alert => alert.Actor).Order());
        Assert.Contains(alerts.Alerts, alert => alert.Detection.Name == "auditwatch_event_failed" && alert.Dedup.Contains(KeyValuePair.Create("stage", "incident")));
        var told = string.Join('\n', alerts.Told());
        Assert.Contains("jane", told, StringComparison.Ordinal);
        Assert.Contains("mallory", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Restart_WhatAnAlertIsAboutCannotBeRead_ItIsAStoryOfItsOwnBesideTheOthers()
    {
        var alerts = new AlertLoopHarness();

        // What else a request is about is written as kind:name.
        alerts.Find(alerts.Finding("mallory", request: new RequestSnapshot { AuditId = "1", Related = ["no kind"] }), alerts.Finding("jane"));
        Assert.Equal(["jane", "mallory"], WithStories());
        alerts.Restart();
        alerts.Pass(0.1);

        Assert.Superset(new HashSet<string> { "jane", "mallory" }, WithStories().ToHashSet());
        Assert.Contains(alerts.Alerts, alert => alert is { Detection.Name: "auditwatch_event_failed", Actor: "mallory" } && alert.Dedup.Contains(KeyValuePair.Create("stage", "incident")));

        IEnumerable<string> WithStories() => alerts.Loop.Snapshot.Incidents.Values.Select(incident => Assert.Single(incident.Actors)).Order();
    }

    [Fact]
    public void Add_TenThousandOfAKind_AreCountedAndLoggedOnce()
    {
        var finding = Of(Load(One), "one", "mallory");

        for (var i = 0; i < 10_000; i++)
        {
            _failures.Add("alert", finding, new InvalidOperationException($"with the secret {i}"));
        }

        Assert.Equal(EventFailures.Capacity, _failures.Drain().Count);
        Assert.DoesNotContain("secret", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Actors(BatchOutcome outcome, string detection) =>
        outcome.Changes.Where(change => change.Alert.Detection.Name == detection).Select(change => change.Alert.Actor);

    private static HashSet<string?> Requesters(BatchOutcome outcome, string detection) =>
        [.. outcome.Changes.Where(change => change.Alert.Detection.Name == detection).SelectMany(change => change.Alert.Requests).Select(request => request.User)];

    private static Finding Of(DetectionSet set, string rule, string actor, bool isFaulty = false) => new()
    {
        Id = (UInt128)actor.Length,
        Detection = set.Find(rule)!,
        Request = new RequestSnapshot { User = actor, Time = CompositeSets.Start },
        Time = CompositeSets.Start,
        Actor = actor,
        Summary = actor,
        Dedup = [new("actor", actor)],
        Carried = isFaulty ? new FailsFrom<KeyValuePair<string, string>>(0) : [new("user.username", actor), new("objectRef.name", "web")],
        Values = isFaulty ? new FailsFrom<KeyValuePair<string, IReadOnlyList<string>>>(0) : [],
        Why = [],
    };

    private static Finding With(Finding finding, IReadOnlyList<string> why) => new()
    {
        Detection = finding.Detection,
        Request = finding.Request,
        Time = finding.Time,
        Actor = finding.Actor,
        Summary = finding.Summary,
        Dedup = finding.Dedup,
        Why = why,
    };

    private static string Pod(string user) => $$$"""
        {"kind":"Event","auditID":"{{{user}}}","stage":"ResponseComplete","verb":"create","requestURI":"/","user":{"username":"{{{user}}}"},"objectRef":{"resource":"pods","name":"evil"},
        "responseStatus":{"code":201},"requestObject":{"kind":"Pod","spec":{"containers":[{"name":"c","image":"evil"}]}},"requestReceivedTimestamp":"2026-11-21T00:00:00.000001Z"}
        """.ReplaceLineEndings("");

    private static DetectionSet Load(params string[] documents)
    {
        var folder = new TemporaryFolder();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), string.Join("\n---\n", documents));
            var said = new Diagnostics();
            var set = DetectionLoader.Load([folder.FullName], said);
            Assert.False(said.HasErrors, string.Join('\n', said));
            return set;
        }
        finally
        {
            folder.Dispose();
        }
    }

    // The place of the body is that of no text: whatever reads it fails, as a defect in our own reading would make it.
    private static void DamageBody(EventBatch batch, int index) => batch.SlotsOf(index)[2 + (2 * (int)EventField.RequestObject)] = int.MaxValue / 2;

    private sealed class BrokenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("a fault");
    }

    /// <summary>An empty list that cannot be read the first time.</summary>
    private sealed class FailsOnce<T> : IReadOnlyList<T>
    {
        private bool _hasFailed;

        public int Count => 0;

        public T this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<T> GetEnumerator() => Interlocked.Exchange(ref _hasFailed, true) ? Enumerable.Empty<T>().GetEnumerator() : throw new InvalidOperationException("a fault");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>A list that cannot be read from a place on.</summary>
    private sealed class FailsFrom<T>(int place) : IReadOnlyList<T>
    {
        public int Count => place + 1;

        public T this[int index] => throw new InvalidOperationException("a fault");

        public IEnumerator<T> GetEnumerator() => throw new InvalidOperationException("a fault");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
