using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Tests.Processing;

namespace AuditWatch.Tests.Incidents;

/// <summary>What people do with incidents, in the loop that has them, and what is left of it after a restart.</summary>
public class IncidentLifeTests
{
    private readonly AlertLoopHarness _alerts = new();

    [Fact]
    public async Task Acknowledge_OpenIncident_IsWhoeversItIsWithItsAlerts()
    {
        Find("jane");
        var id = Only().Id;

        var (incident, problem) = await _alerts.Loop.DoAsync(id, new IncidentAction.Acknowledge("joe"));

        Assert.Null(problem);
        Assert.Equal((AlertStatus.Acknowledged, "joe"), (incident!.Status, incident.Assignee));
        Assert.Equal(AlertStatus.Acknowledged, Assert.Single(_alerts.Alerts).Status);
        Assert.Equal($"the incident '{id}' is acknowledged already, joe has it", (await _alerts.Loop.DoAsync(id, new IncidentAction.Acknowledge("jim"))).Problem);
    }

    [Fact]
    public async Task Assign_Note_AreInItsHistory()
    {
        Find("jane");
        var id = Only().Id;

        await DoAsync(id, new IncidentAction.Assign("joe", "jim"));
        await DoAsync(id, new IncidentAction.Note("jim", "the key is revoked"));
        await DoAsync(id, new IncidentAction.Note("jim", "the pod is gone"));

        Assert.Equal("jim", Only().Assignee);
        Assert.Equal(
            ["1 opened  high", "2 assigned joe jim", "3 note jim the key is revoked", "4 note jim the pod is gone"], History(id));
    }

    [Fact]
    public async Task Close_WithAReason_ClosesItsAlertsAndLetsNoOtherJoin()
    {
        Find("jane");
        var id = Only().Id;

        await DoAsync(id, new IncidentAction.Close("joe", CloseReason.FalsePositive, "a drill"));

        Assert.Equal((AlertStatus.Closed, "joe", CloseReason.FalsePositive, "a drill"), (Only().Status, Only().ClosedBy, Only().CloseReason, Only().CloseNote));
        Assert.Equal(("joe", "false-positive: a drill"), (_alerts.Alerts[0].ClosedBy, _alerts.Alerts[0].CloseReason));
        _alerts.Pass(minutes: 1);
        Find("jane");
        Assert.Equal(2, Incidents.Count);
        Assert.Equal($"the incident '{id}' is closed already, by joe", (await _alerts.Loop.DoAsync(id, new IncidentAction.Assign("jim", "jim"))).Problem);
    }

    [Fact]
    public async Task Reopen_ClosedIncident_JoinsWithWhatHasHappenedMeanwhile()
    {
        Find("jane");
        var id = Only().Id;
        await DoAsync(id, new IncidentAction.Close("joe", CloseReason.Benign));
        _alerts.Pass(minutes: 1);
        Find("jane");

        await DoAsync(id, new IncidentAction.Reopen("joe"));

        Assert.Equal((id, AlertStatus.Open, 2, 1), (Only().Id, Only().Status, Only().AlertCount, Only().OpenAlerts));
        Assert.Contains("reopened joe ", History(id)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_AllClosed_CloseTheirIncidentUntilOneMoreJoinsIt()
    {
        Find("jane");
        var id = Only().Id;
        _alerts.Pass(minutes: 90);
        Assert.Equal((AlertStatus.Closed, null, "all its alerts are closed"), (Only().Status, Only().ClosedBy, Only().CloseNote));

        Find("jane");

        Assert.Equal((id, AlertStatus.Open, 2), (Only().Id, Only().Status, Only().AlertCount));
    }

    [Fact]
    public async Task Split_SomeAlerts_IsAnIncidentThatNoneJoins()
    {
        Find("jane", "a");
        Find("jane", "b");
        var (id, b) = (Only().Id, _alerts.Alerts[1].Id);

        var (apart, _) = await _alerts.Loop.DoAsync(id, new IncidentAction.Split("joe", [b]));
        Find("jane", "c");

        Assert.Equal([b], apart!.Alerts);
        Assert.True(apart.IsSetApart);
        Assert.Equal(2, Incidents[id].AlertCount);
        Assert.Equal(1, Incidents[apart.Id].AlertCount);
        Assert.Equal($"1 split joe from {id}", Assert.Single(History(apart.Id)));
        Assert.Contains("name some of its alerts, not all", (await _alerts.Loop.DoAsync(apart.Id, new IncidentAction.Split("joe", [b]))).Problem, StringComparison.Ordinal);
        Assert.Contains("does not belong", (await _alerts.Loop.DoAsync(id, new IncidentAction.Split("joe", [b]))).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Merge_TwoIncidents_IsTheOneThatBeganFirst(bool theLaterOne)
    {
        Find("jane");
        _alerts.Pass(minutes: 1);
        Find("joe");
        var (first, last) = (_alerts.Loop.Snapshot.IncidentOf[_alerts.Alerts[0].Id], _alerts.Loop.Snapshot.IncidentOf[_alerts.Alerts[1].Id]);
        await DoAsync(last, new IncidentAction.Acknowledge("jim"));

        var (merged, problem) = await _alerts.Loop.DoAsync(theLaterOne ? last : first, new IncidentAction.Merge("jim", [theLaterOne ? first : last]));

        Assert.Null(problem);
        Assert.Equal((first, 2, "jim"), (merged!.Id, merged.AlertCount, merged.Assignee));
        Assert.Equal(first, Only().Id);
        Assert.Equal($"merged jim with {last}", History(first)[^1][2..]);
        Assert.Equal(first, new IncidentHistory(_alerts.Store).Find(last)!.MergedInto);
        Assert.Equal($"merged jim into {first}", History(last)[^1][2..]);
        var stored = new IncidentHistory(_alerts.Store).OfAlerts([.. _alerts.Alerts.Select(alert => alert.Id), "0000000000000000"]);
        Assert.Equal(_alerts.Alerts.Select(alert => (alert.Id, first)).Order(), stored.Select(one => (one.Key, one.Value.Id)).Order());
    }

    [Fact]
    public async Task Merge_OtherCluster_IsRefused()
    {
        _alerts.Find(_alerts.Finding("jane", cluster: "a"), _alerts.Finding("jane", cluster: "b"));
        var ids = Incidents.Keys.ToList();

        Assert.Equal($"the incident '{ids[1]}' is of another cluster", (await _alerts.Loop.DoAsync(ids[0], new IncidentAction.Merge("joe", [ids[1]]))).Problem);
    }

    [Fact]
    public async Task Apply_AlertThatTiesTwoIncidents_LeavesOneThatKeepsWhoHasIt()
    {
        Find("jane", "a");
        _alerts.Pass(minutes: 1);
        Find("joe", "b");
        var (first, last) = (_alerts.Loop.Snapshot.IncidentOf[_alerts.Alerts[0].Id], _alerts.Loop.Snapshot.IncidentOf[_alerts.Alerts[1].Id]);
        await DoAsync(last, new IncidentAction.Acknowledge("jim"));

        // Joe as Jane.
        _alerts.Find(_alerts.Finding("joe", rule: SampleRule("c"), request: new RequestSnapshot { User = "joe", ImpersonatedUser = "jane" }));

        Assert.Equal((first, AlertStatus.Acknowledged, "jim", 3), (Only().Id, Only().Status, Only().Assignee, Only().AlertCount));
        Assert.Equal($"merged  into {first}", History(last)[^1][2..]);
    }

    // Whatever has been done, by people and by time, a restart changes nothing of it, and what comes afterwards comes to the same as without one.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Restart_AfterAnything_IsAsWithoutOne(int seed)
    {
        var (once, again) = (new AlertLoopHarness(), new AlertLoopHarness());
        foreach (var (harness, restarts) in new[] { (once, false), (again, true) })
        {
            var random = new Random(seed);
            for (var i = 0; i < 120; i++)
            {
                await StepAsync(harness, random);
                if (restarts && i % 7 == 0)
                {
                    await harness.Loop.DisposeAsync();
                    harness.Restart();
                }
            }
        }

        Assert.Equal(string.Join('\n', once.Loop.Snapshot.Incidents.Values.Select(Told)), string.Join('\n', again.Loop.Snapshot.Incidents.Values.Select(Told)));
        Assert.Equal(once.Loop.Snapshot.IncidentOf.OrderBy(one => one.Key), again.Loop.Snapshot.IncidentOf.OrderBy(one => one.Key));
        Assert.Contains(once.Loop.Snapshot.Incidents.Keys, id => History(once, id).Any(happened => happened.Contains("closed joe", StringComparison.Ordinal)));
        Assert.Contains(once.Loop.Snapshot.Incidents.Values, incident => incident.AlertCount > 2);
        Assert.All(once.Loop.Snapshot.Incidents.Keys, id => Assert.Equal(new IncidentHistory(once.Store).EventsOf(id), new IncidentHistory(again.Store).EventsOf(id)));
    }

    private static async Task StepAsync(AlertLoopHarness harness, Random random)
    {
        var incidents = harness.Loop.Snapshot.Incidents.Values.ToList();
        var one = incidents.Count > 0 ? incidents[random.Next(incidents.Count)] : null;
        var other = incidents.Count > 0 ? incidents[random.Next(incidents.Count)] : null;
        switch (random.Next(12))
        {
            case 0 when one is not null:
                await harness.Loop.DoAsync(one.Id, new IncidentAction.Close("joe", CloseReason.Duplicate));
                break;
            case 1 when one is not null:
                await harness.Loop.DoAsync(one.Id, new IncidentAction.Reopen("joe"));
                break;
            case 2 when one is not null:
                await harness.Loop.DoAsync(one.Id, new IncidentAction.Merge("joe", [other!.Id]));
                break;
            case 3 when one is not null:
                await harness.Loop.DoAsync(one.Id, new IncidentAction.Split("joe", [one.Alerts[random.Next(one.Alerts.Count)]]));
                break;
            case 4 when one is not null:
                await harness.Loop.DoAsync(one.Id, new IncidentAction.Acknowledge("joe"));
                break;
            case 5:
                harness.Pass(random.Next(60));
                break;
            default:
                var (actor, level, rule) = ($"user-{random.Next(12)}", (Level)random.Next(5), SampleRule($"{random.Next(6)}"));
                harness.Find(harness.Finding(actor, level, rule: rule, request: new RequestSnapshot
                {
                    AuditId = $"{random.Next(1_000)}",
                    User = actor,
                    ClientIP = $"10.0.0.{random.Next(9)}",
                    ObjectRef = random.Next(3) == 0 ? new ObjectReference(null, "pods", null, "web", $"{random.Next(20)}") : null,
                    Related = random.Next(4) == 0 ? [$"credential:{random.Next(4)}"] : [],
                }));
                break;
        }
    }

    private static string Told(Incident incident) =>
        $"{incident.Id} {incident.Title} {incident.Level} {incident.Status} {incident.Assignee} {incident.ClosedBy} {incident.CloseNote} {incident.IsSetApart} {incident.Events} "
        + $"{incident.OpenAlerts} {string.Join(',', incident.Shared)} {string.Join(',', incident.Hubs)} {string.Join(',', incident.Alerts)}";

    private static DetectionRule SampleRule(string name) => Notifications.SampleAlert.Rule(name, name);

    private System.Collections.Immutable.ImmutableSortedDictionary<string, Incident> Incidents => _alerts.Loop.Snapshot.Incidents;

    private Incident Only() => Assert.Single(Incidents).Value;

    private string[] History(string id) => History(_alerts, id);

    private static string[] History(AlertLoopHarness harness, string id) => [.. new IncidentHistory(harness.Store).EventsOf(id).Select(happened => $"{happened.Number} {happened.Event} {happened.Who} {happened.Note}")];

    private void Find(string actor, string rule = "exec_into_pod") => _alerts.Find(_alerts.Finding(actor, Level.High, rule: SampleRule(rule)));

    private async Task DoAsync(string id, IncidentAction action) => Assert.Null((await _alerts.Loop.DoAsync(id, action)).Problem);
}
