using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Tests.Processing;

namespace AuditWatch.Tests.Notifications.Grouping;

/// <summary>A route that groups by incident: one conversation for a story, whatever becomes of it.</summary>
public sealed class IncidentGroupsTests
{
    private static readonly Route ByIncident = new() { Receiver = "soc", GroupBy = [Route.Incident] };
    private static readonly DetectionRule Secret = SampleAlert.Rule("secret_read", "Secret read");
    private static readonly DetectionRule Shell = SampleAlert.Rule("shell_in_pod", "Shell in a pod");

    [Fact]
    public void Find_AnotherAlertOfTheStory_GoesOnInItsConversation()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding());
        alerts.Find(alerts.Finding("joe"));
        var opened = alerts.Notifications();

        alerts.Pass(1);
        alerts.Find(alerts.Finding(rule: Secret));
        alerts.Pass(5);

        var updated = Assert.Single(alerts.Notifications());
        Assert.Equal(2, opened.Select(told => told.GroupKey).Distinct().Count());
        Assert.Equal((NotificationKind.Updated, opened.Single(told => told.Alerts[0].Actor == "jane").GroupKey), (updated.Kind, updated.GroupKey));
        Assert.Equal(["exec_into_pod 1/2", "secret_read 2/2"], Places(updated));
    }

    [Fact]
    public void Find_AlertThatMergesStories_GoesOnInTheOlderConversationAndSaysSoInTheOther()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        var (older, younger) = Merged(alerts);

        var merged = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Merged, younger, "joe"), (merged.Kind, merged.GroupKey, Assert.Single(merged.Alerts).Actor));
        Assert.Equal(["exec_into_pod 2/3"], Places(merged));
        alerts.Pass(5);
        var updated = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Updated, older), (updated.Kind, updated.GroupKey));
        Assert.Equal(["exec_into_pod 1/3", "exec_into_pod 2/3", "secret_read 3/3"], Places(updated));
        alerts.Pass(24 * 60);
        Assert.All(alerts.Notifications(), later => Assert.Equal(older, later.GroupKey));
    }

    [Fact]
    public void Restart_StoriesHaveMerged_NothingIsToldAgainAndWhatIsNewIsToldInTheSameConversation()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        var (older, _) = Merged(alerts);
        alerts.Pass(5);
        alerts.Notifications();

        alerts.Restart();
        alerts.Pass(6);
        Assert.Empty(alerts.Notifications());
        alerts.Find(alerts.Finding(rule: Shell));

        var updated = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Updated, older), (updated.Kind, updated.GroupKey));
        Assert.Equal(["exec_into_pod 1/4", "exec_into_pod 2/4", "secret_read 3/4", "shell_in_pod 4/4"], Places(updated));
    }

    [Fact]
    public void Restart_NotificationWaits_SaysWhatItWouldHaveSaid()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding());
        alerts.Notifications();
        alerts.Pass(5);
        alerts.Find(alerts.Finding(rule: Secret));
        alerts.Restart();

        // What is found meanwhile does not change it.
        alerts.Pass(1);
        alerts.Find(alerts.Finding(rule: Shell));

        Assert.Equal(["exec_into_pod 1/2", "secret_read 2/2"], Places(Assert.Single(alerts.Notifications())));
    }

    [Fact]
    public void Find_AlertThatMakesNoIncident_IsAStoryOfItsOwnUntilItBelongsToOne()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding(request: new RequestSnapshot { AuditId = "1", ClientIP = "10.0.0.1" }));
        alerts.Pass(1);
        alerts.Find(alerts.Finding("joe", Level.Low, request: new RequestSnapshot { AuditId = "2", ClientIP = "10.0.0.2" }));
        var opened = alerts.Notifications();
        Assert.Equal(2, opened.Select(told => told.GroupKey).Distinct().Count());
        Assert.Empty(opened[1].Incidents);

        alerts.Pass(1);
        alerts.Find(alerts.Finding(rule: Secret, request: new RequestSnapshot { AuditId = "3", ClientIP = "10.0.0.2" }));

        var merged = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Merged, opened[1].GroupKey), (merged.Kind, merged.GroupKey));
        alerts.Pass(5);
        Assert.Equal(["exec_into_pod 1/3", "exec_into_pod 2/3", "secret_read 3/3"], Places(Assert.Single(alerts.Notifications(), told => told.GroupKey == opened[0].GroupKey)));
    }

    [Fact]
    public void Find_AlertBecomesSoSevereThatItMakesAnIncident_GoesOnInItsConversation()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding(level: Level.Low));
        var opened = Assert.Single(alerts.Notifications());

        alerts.Find(alerts.Finding(level: Level.High));

        var risen = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Updated, opened.GroupKey), (risen.Kind, risen.GroupKey));
        Assert.Equal(["exec_into_pod 1/1"], Places(risen));
    }

    [Fact]
    public void Merge_ProgramsAreToldOfEachAlertAndOfNoConversation()
    {
        var alerts = new AlertLoopHarness(ByIncident, isForPeople: false);
        Merged(alerts);

        alerts.Pass(5);

        Assert.DoesNotContain(alerts.Notifications(), told => told.Kind == NotificationKind.Merged);
    }

    [Fact]
    public async Task Merge_SilencedAlerts_EndTheirConversationWithoutAWord()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding());
        alerts.Pass(1);
        alerts.Find(alerts.Finding("joe"));
        alerts.Notifications();
        await alerts.Loop.AddAsync(new Silence { Id = "s", Matchers = Matchers.Parse("actor=joe"), CreatedBy = "ann", Comment = "known", StartsAt = DateTimeOffset.MinValue, EndsAt = DateTimeOffset.MaxValue });

        await alerts.Loop.DoAsync(IncidentOf(alerts, "jane"), new IncidentAction.Merge("ann", [IncidentOf(alerts, "joe")]));
        alerts.Pass(6);

        Assert.DoesNotContain(alerts.Notifications(), told => told.Kind == NotificationKind.Merged);
    }

    [Fact]
    public async Task Split_OpensAConversationOfItsOwn()
    {
        var alerts = new AlertLoopHarness(ByIncident);
        alerts.Find(alerts.Finding());
        var opened = Assert.Single(alerts.Notifications());
        alerts.Pass(6);
        alerts.Find(alerts.Finding(rule: Secret));
        Assert.Equal(opened.GroupKey, Assert.Single(alerts.Notifications()).GroupKey);

        await alerts.Loop.DoAsync(IncidentOf(alerts, "jane"), new IncidentAction.Split("ann", [alerts.Alerts.Single(alert => alert.Detection.Name == "secret_read").Id]));

        var apart = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Opened, "secret_read"), (apart.Kind, Assert.Single(apart.Alerts).Detection.Name));
        Assert.NotEqual(opened.GroupKey, apart.GroupKey);
    }

    [Fact]
    public void Find_RouteThatGroupsByNothingOfTheKind_SaysTheIncidentToo()
    {
        var alerts = new AlertLoopHarness();
        alerts.Find(alerts.Finding());
        alerts.Notifications();

        alerts.Pass(1);
        alerts.Find(alerts.Finding(rule: Secret));

        Assert.Equal(["secret_read 2/2"], Places(Assert.Single(alerts.Notifications())));
    }

    // Jane's story begins, then Joe's; then Jane does something from Joe's address. The conversations of the two.
    private static (string Older, string Younger) Merged(AlertLoopHarness alerts)
    {
        alerts.Find(alerts.Finding(request: new RequestSnapshot { AuditId = "1", ClientIP = "10.0.0.1" }));
        var older = Assert.Single(alerts.Notifications()).GroupKey;
        alerts.Pass(1);
        alerts.Find(alerts.Finding("joe", request: new RequestSnapshot { AuditId = "2", ClientIP = "10.0.0.2" }));
        var younger = Assert.Single(alerts.Notifications()).GroupKey;
        alerts.Pass(1);
        alerts.Find(alerts.Finding(rule: Secret, request: new RequestSnapshot { AuditId = "3", ClientIP = "10.0.0.2" }));
        return (older, younger);
    }

    private static string IncidentOf(AlertLoopHarness alerts, string actor) => alerts.Loop.Snapshot.IncidentOf[alerts.Alerts.First(alert => alert.Actor == actor).Id];

    private static string[] Places(Notification told) =>
        [.. told.Alerts.Select(alert => (alert.Detection.Name, Place: told.Incidents[alert.Id])).OrderBy(one => one.Place.Number).Select(one => $"{one.Name} {one.Place.Number}/{one.Place.Alerts}")];
}
