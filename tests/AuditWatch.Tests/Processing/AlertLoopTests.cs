using System.Diagnostics.Metrics;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.State;

namespace AuditWatch.Tests.Processing;

/// <summary>Who is told of an alert, and when, from its opening to its end. It is long because it is a list of situations, each a few lines on one harness.</summary>
public sealed class AlertLoopTests
{
    private static readonly Route Soc = new() { Receiver = "soc" };

    [Fact]
    public void Apply_NewAlert_IsToldAtOnce()
    {
        var alerts = new AlertLoopHarness();

        alerts.Find(alerts.Finding());

        Assert.Equal(["Opened: jane 1"], alerts.Told());
    }

    [Fact]
    public void Apply_AddressThatTooManyShare_IsCountedOnce()
    {
        var (alerts, counted) = (new AlertLoopHarness(), new List<string>());
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => counted.Add($"{instrument.Name} {tags[0].Value} {count}"));
        listener.Start();
        listener.EnableMeasurementEvents(alerts.Metrics.Incidents.Hubs);

        for (var i = 0; i < 6; i++)
        {
            alerts.Find(alerts.Finding($"user-{i}", request: new RequestSnapshot { AuditId = $"{i}", User = $"user-{i}", ClientIP = "10.0.0.1" }));
        }

        Assert.Equal(["auditwatch.incidents.hubs address 1"], counted);
    }

    [Fact]
    public void Apply_SeveralInOneBatch_AreToldAsTheyStandAfterIt()
    {
        var alerts = new AlertLoopHarness();

        alerts.Find(alerts.Finding(), alerts.Finding("joe"), alerts.Finding());

        Assert.Equal(["Opened: jane 2", "Opened: joe 1"], alerts.Told().Order());
    }

    [Fact]
    public void Apply_Repeats_AreToldWhenTheIntervalIsOver()
    {
        var alerts = new AlertLoopHarness();
        alerts.Find(alerts.Finding());
        alerts.Told();

        alerts.Pass(1);
        alerts.Find(alerts.Finding());
        alerts.Find(alerts.Finding());
        alerts.Pass(3.9);
        Assert.Empty(alerts.Told());

        alerts.Pass(0.2);
        Assert.Equal(["Updated: jane 3"], alerts.Told());
        alerts.Pass(10);
        Assert.Empty(alerts.Told());
    }

    [Fact]
    public void Apply_MoreSevere_DoesNotWaitForTheInterval()
    {
        var alerts = new AlertLoopHarness();
        alerts.Find(alerts.Finding(level: Level.Medium));
        alerts.Told();

        alerts.Find(alerts.Finding(level: Level.High));

        var told = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Updated, Level.High, 2), (told.Kind, told.Alerts[0].Level, told.Alerts[0].Count));
    }

    [Fact]
    public void Apply_MoreSevereSoThatAnotherRouteMatches_IsToldThereToo()
    {
        var high = new Route { Receiver = "lead", Path = "{}/high", Matchers = Matchers.Parse("level=~\"high|critical\""), Continue = true };
        var low = new Route { Receiver = "soc", Path = "{}/low", Matchers = Matchers.Parse("level=medium") };
        var alerts = new AlertLoopHarness(Soc with { Routes = [high, low] });
        alerts.Find(alerts.Finding(level: Level.Medium));
        Assert.Equal("soc", Assert.Single(alerts.Notifications()).Receiver);

        alerts.Find(alerts.Finding(level: Level.High));

        Assert.Equal(("lead", NotificationKind.Opened), Assert.Single(alerts.Notifications()) is { } told ? (told.Receiver, told.Kind) : default);
        alerts.Pass(5 * 60);
        Assert.DoesNotContain(alerts.Notifications(), later => later.Receiver == "soc");
    }

    [Fact]
    public async Task Acknowledge_Repeats_AreCountedAndNotTold()
    {
        var alerts = new AlertLoopHarness();
        var id = alerts.Find(alerts.Finding(level: Level.Medium))[0].Alert.Id;
        alerts.Told();

        Assert.True(await alerts.Loop.AcknowledgeAsync(id, "ann"));
        Assert.False(await alerts.Loop.AcknowledgeAsync(id, "ann"));
        Assert.False(await alerts.Loop.AcknowledgeAsync("no such id", "ann"));
        var told = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Acknowledged, true, id), (told.Kind, told.IsHandling, Assert.Single(told.Handled)));
        alerts.Find(alerts.Finding(level: Level.Medium));
        alerts.Pass(50);
        Assert.Empty(alerts.Told());
        Assert.Equal((AlertStatus.Acknowledged, "ann", 2), alerts.Alerts[0] is { } alert ? (alert.Status, alert.AcknowledgedBy, alert.Count) : default);

        alerts.Find(alerts.Finding(level: Level.Critical));
        Assert.Equal(["Updated: jane 3"], alerts.Told());
    }

    [Fact]
    public async Task Acknowledge_WhereThereIsAPage_IsToldAtOnceAndOnce()
    {
        var alerts = new AlertLoopHarness(sendResolved: true, hasPages: true);
        var id = alerts.Find(alerts.Finding(level: Level.Medium))[0].Alert.Id;
        alerts.Told();

        Assert.True(await alerts.Loop.AcknowledgeAsync(id, "ann"));
        var told = Assert.Single(alerts.Notifications());
        Assert.Equal((NotificationKind.Acknowledged, id, "ann"), (told.Kind, told.SubjectId, told.Alerts[0].AcknowledgedBy));

        alerts.Find(alerts.Finding(level: Level.Medium));
        alerts.Pass(50);
        Assert.Empty(alerts.Told());
        alerts.Find(alerts.Finding(level: Level.Critical));
        Assert.Equal(["Updated: jane 3"], alerts.Told());
        Assert.True(await alerts.Loop.CloseAsync(id, "ann"));
        Assert.Equal(["Closed: jane 3"], alerts.Told());
    }

    [Fact]
    public async Task Acknowledge_BeforeAnybodyWasTold_IsNoNewsOfItsOwn()
    {
        var alerts = new AlertLoopHarness(new Route { Receiver = "soc", GroupWait = TimeSpan.FromMinutes(1) }, hasPages: true);
        var id = alerts.Find(alerts.Finding())[0].Alert.Id;

        Assert.True(await alerts.Loop.AcknowledgeAsync(id, "ann"));
        Assert.Empty(alerts.Told());
        alerts.Pass(1);

        Assert.Equal(["Opened: jane 1"], alerts.Told());
    }

    [Fact]
    public async Task Handle_SomeOfAGroup_IsToldAtOnceAndOnce()
    {
        var alerts = new AlertLoopHarness(new Route { Receiver = "soc", GroupBy = [] });
        var ids = alerts.Find(alerts.Finding("jane"), alerts.Finding("joe"), alerts.Finding("eve")).Select(change => change.Alert.Id).ToList();
        alerts.Told();

        await alerts.Loop.AcknowledgeAsync(ids[0], "ann");
        await alerts.Loop.CloseAsync(ids[1], "bob");

        var told = alerts.Notifications();
        // While the first still waits, the second takes its place.
        Assert.Equal(ids[..2].Order(), Assert.Single(told).Handled.Order());
        Assert.Equal((NotificationKind.Acknowledged, true), (told[0].Kind, told[0].IsHandling));
        alerts.Restart();
        alerts.Pass(10);
        Assert.Empty(alerts.Told());
    }

    [Fact]
    public async Task Acknowledge_NobodyHasBeenToldOfIt_IsNotToldByItself()
    {
        var alerts = new AlertLoopHarness(new Route { Receiver = "soc", GroupWait = TimeSpan.FromMinutes(5) });
        await alerts.Loop.AcknowledgeAsync(alerts.Find(alerts.Finding())[0].Alert.Id, "ann");

        alerts.Pass(1);
        Assert.Empty(alerts.Told());
        alerts.Pass(4);
        Assert.Equal(["Opened: jane 1"], alerts.Told());
    }

    [Fact]
    public void AdvanceAsync_NobodyDealsWithIt_IsToldAgain()
    {
        var alerts = new AlertLoopHarness(resolveAfter: TimeSpan.FromDays(1));
        alerts.Find(alerts.Finding());
        alerts.Told();

        alerts.Pass(239);
        Assert.Empty(alerts.Told());
        alerts.Pass(1);
        Assert.Equal(["Reminder: jane 1"], alerts.Told());
        alerts.Pass(240);
        Assert.Equal(["Reminder: jane 1"], alerts.Told());
    }

    [Fact]
    public void AdvanceAsync_QuietForLongEnough_ClosesAndTellsThoseWhoWantToKnow()
    {
        var alerts = new AlertLoopHarness(sendResolved: true, resolveAfter: TimeSpan.FromMinutes(30));
        var first = alerts.Find(alerts.Finding())[0].Alert;
        alerts.Told();

        alerts.Pass(29);
        Assert.Empty(alerts.Told());
        alerts.Pass(1);

        Assert.Equal(["Closed: jane 1"], alerts.Told());
        Assert.Equal((AlertStatus.Closed, null), alerts.Alerts[0] is { } closed ? (closed.Status, closed.ClosedBy) : default);
        var second = alerts.Find(alerts.Finding())[0];
        Assert.Equal(AlertChangeKind.Opened, second.Kind);
        Assert.NotEqual(first.Id, second.Alert.Id);
        Assert.Equal(["Opened: jane 1"], alerts.Told());
    }

    [Fact]
    public async Task Close_ByHand_IsOverAndTheNextFindingOpensAnother()
    {
        var alerts = new AlertLoopHarness();
        var id = alerts.Find(alerts.Finding())[0].Alert.Id;
        alerts.Told();

        Assert.True(await alerts.Loop.CloseAsync(id, "ann"));
        Assert.False(await alerts.Loop.CloseAsync(id, "ann"));

        Assert.Equal(["Closed: jane 1"], alerts.Told());
        Assert.Equal("ann", alerts.Alerts[0].ClosedBy);
        alerts.Pass(1);
        Assert.Equal(AlertChangeKind.Opened, alerts.Find(alerts.Finding())[0].Kind);
        Assert.Equal(["Opened: jane 1"], alerts.Told());
    }

    [Fact]
    public void Apply_GroupedByALabel_IsOneMessageForAllAfterTheWait()
    {
        var alerts = new AlertLoopHarness(Soc with { GroupBy = ["cluster"], GroupWait = TimeSpan.FromMinutes(1) });

        alerts.Find(alerts.Finding("a", cluster: "prod"), alerts.Finding("b", cluster: "prod", level: Level.Critical), alerts.Finding("c", cluster: "test"));
        Assert.Empty(alerts.Told());
        alerts.Find(alerts.Finding("d", cluster: "prod"));
        alerts.Pass(1);

        Assert.Equal(["Opened: b 1, a 1, d 1", "Opened: c 1"], alerts.Told().Order());
        alerts.Find(alerts.Finding("e", cluster: "prod"));
        alerts.Pass(4);
        Assert.Empty(alerts.Told());
        alerts.Pass(1);
        Assert.Equal(["Updated: b 1, e 1, a 1, d 1"], alerts.Told());
    }

    [Fact]
    public void Apply_MoreAlertsThanAMessageHolds_SaysHowManyMore()
    {
        var alerts = new AlertLoopHarness(Soc with { GroupBy = [] });

        alerts.Find([.. Enumerable.Range(0, 50).Select(i => alerts.Finding($"user{i}"))]);

        var told = Assert.Single(alerts.Notifications());
        Assert.Equal((Notification.MaxAlerts, 50 - Notification.MaxAlerts), (told.Alerts.Count, told.MoreAlerts));
    }

    [Fact]
    public void Apply_MoreAlertsThanAMessageHolds_ProgramsGetThemAll()
    {
        var alerts = new AlertLoopHarness(Soc with { GroupBy = [] }, isForPeople: false);

        alerts.Find([.. Enumerable.Range(0, 50).Select(i => alerts.Finding($"user{i}"))]);

        var told = alerts.Notifications();
        Assert.Equal([20, 20, 10], told.Select(notification => notification.Alerts.Count));
        Assert.Equal(50, told.SelectMany(notification => notification.Alerts).Select(alert => alert.Id).Distinct().Count());
        Assert.Equal(3, told.Select(notification => notification.Id).Distinct().Count());
        Assert.All(told, notification => Assert.Equal(0, notification.MoreAlerts));
    }

    [Fact]
    public void Apply_Silenced_IsToldOnlyIfItIsStillOpenWhenTheSilenceEnds()
    {
        var silence = new Silence
        {
            Id = "s",
            Matchers = Matchers.Parse("actor=jane"),
            CreatedBy = "ann",
            Comment = "maintenance",
            StartsAt = DateTimeOffset.MinValue,
            EndsAt = new VirtualTime().GetUtcNow().AddMinutes(30),
        };
        var alerts = new AlertLoopHarness(with: routing => routing with { Silences = [silence] });

        alerts.Find(alerts.Finding(), alerts.Finding("joe"));
        Assert.Equal(["Opened: joe 1"], alerts.Told());
        alerts.Pass(29);
        Assert.Empty(alerts.Told());
        alerts.Pass(2);
        Assert.Equal(["Opened: jane 1"], alerts.Told());
        Assert.Equal(["opened : ", "silenced ann: maintenance (silence s, until 2026-11-21 00:30:00 UTC)", "notified soc/test: opened"], alerts.History("jane"));
        Assert.Equal(["opened : ", "notified soc/test: opened"], alerts.History("joe"));
    }

    [Fact]
    public void Apply_SilencedAcrossARestart_IsOneEventOfItsHistory()
    {
        var silence = new Silence { Id = "s", Matchers = Matchers.Parse("actor=jane"), CreatedBy = "ann", Comment = "maintenance", StartsAt = DateTimeOffset.MinValue, EndsAt = DateTimeOffset.MaxValue };
        var alerts = new AlertLoopHarness(with: routing => routing with { Silences = [silence] }, resolveAfter: TimeSpan.FromHours(1));
        alerts.Find(alerts.Finding());
        alerts.Restart();

        alerts.Pass(5);
        alerts.Find(alerts.Finding());
        alerts.Pass(10);

        Assert.Equal(["opened : ", "repeated : ", "silenced ann: maintenance (silence s, until 9999-12-31 23:59:59 UTC)"], alerts.History("jane"));
    }

    [Fact]
    public void Apply_InhibitedByAnotherAlert_IsToldWhenThatIsClosed()
    {
        var rule = AlertLoopHarness.Exec with { Name = "cluster_down" };
        var inhibition = new InhibitionRule(Matchers.Parse("detection=cluster_down"), Matchers.Parse("detection=exec_into_pod"), ["cluster"]);
        var alerts = new AlertLoopHarness(with: routing => routing with { Inhibitions = [inhibition] }, resolveAfter: TimeSpan.FromMinutes(30));

        alerts.Find(alerts.Finding("source", rule: rule, cluster: "one"), alerts.Finding(cluster: "one"), alerts.Finding("joe", cluster: "other"));
        Assert.Equal(["Opened: joe 1", "Opened: source 1"], alerts.Told().Order());
        alerts.Pass(20);
        alerts.Find(alerts.Finding(cluster: "one"));
        alerts.Pass(11);

        Assert.Equal(["Opened: jane 2"], alerts.Told());
        var source = alerts.Alerts.Single(alert => alert.Actor == "source").Id;
        Assert.Equal(["opened : ", $"inhibited : by the alert {source} (cluster_down)", "repeated : ", "notified soc/test: opened"], alerts.History("jane"));
    }

    [Fact]
    public void Apply_AtAMutedTime_IsToldAfterIt()
    {
        var firstHour = new NamedTimeInterval("night", [new TimeInterval { Times = [new CalendarRange(0, 60)] }]);
        var alerts = new AlertLoopHarness(Soc with { MuteTimeIntervals = [firstHour] }, resolveAfter: TimeSpan.FromDays(1));

        alerts.Find(alerts.Finding());
        alerts.Pass(59);
        Assert.Empty(alerts.Told());
        alerts.Pass(2);

        Assert.Equal(["Opened: jane 1"], alerts.Told());
        Assert.Equal(["opened : ", "muted soc: in night", "notified soc/test: opened"], alerts.History("jane"));
    }

    [Fact]
    public void Restart_WhatWasTold_IsNotToldAgainAndWhatWasNotIs()
    {
        var alerts = new AlertLoopHarness(Soc with { GroupWait = TimeSpan.FromMinutes(1) });
        alerts.Find(alerts.Finding("told"));
        alerts.Pass(1);
        alerts.Told();
        alerts.Find(alerts.Finding("waits"));

        alerts.Restart();
        Assert.Equal(["told", "waits"], alerts.Alerts.Select(alert => alert.Actor));
        alerts.Pass(1);

        Assert.Equal(["Opened: waits 1"], alerts.Told());
        alerts.Find(alerts.Finding("told"));
        alerts.Pass(5);
        Assert.Equal(["Updated: told 2"], alerts.Told());
    }

    [Fact]
    public void Restart_AlertsAndTheirLives_AreAsTheyWere()
    {
        var alerts = new AlertLoopHarness();
        var finding = alerts.Finding().With(
            request: new RequestSnapshot
            {
                AuditId = "1",
                Verb = "create",
                Outcome = "allowed",
                Reason = "RBAC: …",
                Command = "id",
                Code = 101,
                ObjectRef = new ObjectReference("apps", "pods", "exec", "payments", "shell"),
            },
            actorKind: "human",
            why: ["verb: create"]);
        alerts.Find(finding);
        var before = alerts.Alerts[0];

        alerts.Restart();

        Assert.Equivalent(before, Assert.Single(alerts.Alerts), strict: true);
        Assert.Equal(AlertChangeKind.Repeated, alerts.Find(finding)[0].Kind);
    }

    [Fact]
    public void Burst_OfAHundredThousandFindings_IsOneAlertAndAFewMessages()
    {
        var alerts = new AlertLoopHarness();

        for (var second = 0; second < 1000; second++)
        {
            alerts.Find([.. Enumerable.Repeat(alerts.Finding(), 100)]);
            alerts.Pass(1 / 60.0);
        }

        var told = alerts.Notifications();
        Assert.Equal(100_000, Assert.Single(alerts.Alerts).Count);
        Assert.InRange(told.Length, 1, 4);
        Assert.Single(told.Select(message => message.GroupKey).Distinct());
    }

    [Fact]
    public void Storm_OfMoreAlertsThanTheBookHolds_ClosesTheOldestAndLosesNone()
    {
        var alerts = new AlertLoopHarness(Soc with { GroupBy = [] });

        alerts.Find([.. Enumerable.Range(0, AlertBook.Capacity + 100).Select(i => alerts.Finding($"user{i}"))]);

        Assert.Equal(AlertBook.Capacity, alerts.Alerts.Count(alert => alert.Status == AlertStatus.Open));
        var closed = new AlertHistory(alerts.Store).Search(new AlertSearch { Statuses = ["closed"], Limit = 1_000 }).Alerts;
        Assert.Equal(100, closed.Count);
        Assert.All(closed, alert => Assert.Equal("too many alerts were open", alert.CloseReason));
        Assert.Equal(AlertBook.Capacity + 100, alerts.Store.Read(StateTables.Alerts).Count());
        Assert.Equal(AlertBook.Capacity, Assert.Single(alerts.Notifications()) is { } told ? told.Alerts.Count + told.MoreAlerts : 0);
    }
}
