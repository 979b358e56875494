using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Tests.Processing;

namespace AuditWatch.Tests.Notifications.Grouping;

/// <summary>Who is told of what nobody acknowledges.</summary>
public sealed class EscalationTests
{
    private static readonly Route Soc = new() { Receiver = "soc", RepeatInterval = TimeSpan.FromDays(1) };
    private static readonly Route Escalating = Soc with { Escalate = [Soc.Escalating("lead", TimeSpan.FromMinutes(15)), Soc.Escalating("soc", TimeSpan.FromMinutes(60))] };

    [Fact]
    public void Pass_NobodyAcknowledges_EachStepIsToldOnce()
    {
        var alerts = new AlertLoopHarness(Escalating, resolveAfter: TimeSpan.FromDays(1));
        alerts.Find(alerts.Finding());
        Assert.Equal(["soc Opened "], Told(alerts));

        alerts.Pass(14.9);
        Assert.Empty(Told(alerts));
        alerts.Pass(0.2);
        Assert.Equal(["lead Opened Escalated: nobody acknowledged it within 15m of soc being told"], Told(alerts));
        alerts.Pass(40);
        Assert.Empty(Told(alerts));
        alerts.Pass(5);
        Assert.Equal(["soc Opened Escalated: nobody acknowledged it within 1h of soc being told"], Told(alerts));
        alerts.Pass(600);
        Assert.Empty(Told(alerts));
        Assert.Equal(
            ["escalated lead: nobody acknowledged it within 15m of soc being told", "escalated soc: nobody acknowledged it within 1h of soc being told"],
            alerts.History("jane").Where(happened => happened.StartsWith("escalated", StringComparison.Ordinal)));
    }

    [Fact]
    public void Pass_RepeatsAndReminders_AreForThoseToldFirst()
    {
        var alerts = new AlertLoopHarness(Escalating with { RepeatInterval = TimeSpan.FromHours(1) }, resolveAfter: TimeSpan.FromDays(1));
        alerts.Find(alerts.Finding(level: Level.Medium));
        alerts.Pass(16);
        Told(alerts);

        alerts.Find(alerts.Finding(level: Level.Medium));
        alerts.Pass(20);
        Assert.Equal(["soc Updated Updated: it happened once more"], Told(alerts));
        alerts.Find(alerts.Finding(level: Level.High));
        Assert.Equal(["lead", "soc"], Told(alerts).Select(told => told.Split(' ')[0]).Order());
    }

    [Fact]
    public async Task Acknowledge_InTime_CancelsAndLaterIsToldToThoseWhoKnow()
    {
        var alerts = new AlertLoopHarness(Escalating, resolveAfter: TimeSpan.FromDays(1));
        var (inTime, late) = (alerts.Find(alerts.Finding())[0].Alert.Id, alerts.Find(alerts.Finding("joe"))[0].Alert.Id);
        alerts.Pass(10);
        await alerts.Loop.AcknowledgeAsync(inTime, "ann");
        Told(alerts);

        alerts.Pass(6);
        Assert.Equal("joe", Assert.Single(alerts.Notifications()).Alerts[0].Actor);
        await alerts.Loop.AcknowledgeAsync(late, "ann");
        Assert.Equal(["lead Acknowledged", "soc Acknowledged"], Told(alerts).Select(told => string.Join(' ', told.Split(' ')[..2])).Order());
        await alerts.Loop.CloseAsync(late, "ann");
        Assert.Equal(["lead Closed", "soc Closed"], Told(alerts).Select(told => string.Join(' ', told.Split(' ')[..2])).Order());
        alerts.Pass(600);
        Assert.Empty(Told(alerts));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_Escalating_GoesOnWhereItWas(bool wasEscalated)
    {
        var alerts = new AlertLoopHarness(Escalating, resolveAfter: TimeSpan.FromDays(1));
        var id = alerts.Find(alerts.Finding())[0].Alert.Id;
        alerts.Pass(wasEscalated ? 16 : 10);
        Told(alerts);

        alerts.Restart();
        alerts.Pass(10);

        Assert.Equal(wasEscalated ? [] : ["lead Opened Escalated: nobody acknowledged it within 15m of soc being told"], Told(alerts));
        await alerts.Loop.CloseAsync(id, "ann");
        Assert.Equal(["lead Closed", "soc Closed"], Told(alerts).Select(told => string.Join(' ', told.Split(' ')[..2])).Order());
    }

    [Fact]
    public void Pass_AtAMutedTime_WaitsForItsEnd()
    {
        var night = new NamedTimeInterval("night", [new TimeInterval { Times = [new CalendarRange(10, 480)] }]);
        var muted = Soc with { MuteTimeIntervals = [night] };
        var alerts = new AlertLoopHarness(muted with { Escalate = [muted.Escalating("lead", TimeSpan.FromMinutes(15))] }, resolveAfter: TimeSpan.FromDays(2));
        alerts.Find(alerts.Finding());
        Assert.Equal(["soc Opened "], Told(alerts));

        for (var minute = 0; minute < 479; minute++)
        {
            alerts.Pass(1);
        }

        Assert.Empty(Told(alerts));
        alerts.Pass(1);
        alerts.Pass(1);
        Assert.Equal(["lead Opened Escalated: nobody acknowledged it within 15m of soc being told"], Told(alerts));
        Assert.Contains("muted lead: in night", alerts.History("jane"));
    }

    [Fact]
    public async Task Pass_Silenced_WaitsForItsEnd()
    {
        var alerts = new AlertLoopHarness(Escalating, resolveAfter: TimeSpan.FromDays(2));
        alerts.Find(alerts.Finding());
        Told(alerts);
        var now = alerts.Time.GetUtcNow();
        await alerts.Loop.AddAsync(new Silence { Id = "s1", Matchers = Matchers.Parse("actor=jane"), StartsAt = now, EndsAt = now.AddMinutes(30), CreatedBy = "ann", Comment = "she is known" });

        alerts.Pass(16);
        Assert.Empty(Told(alerts));
        alerts.Pass(14.5);
        Assert.Equal(["lead Opened Escalated: nobody acknowledged it within 15m of soc being told"], Told(alerts));
    }

    [Fact]
    public void Pass_GroupedAlerts_EachIsEscalatedInItsTime()
    {
        var soc = Soc with { GroupBy = ["detection"], GroupInterval = TimeSpan.FromMinutes(5) };
        var alerts = new AlertLoopHarness(soc with { Escalate = [soc.Escalating("lead", TimeSpan.FromMinutes(15))] }, resolveAfter: TimeSpan.FromDays(1));
        alerts.Find(alerts.Finding());
        alerts.Pass(10);
        alerts.Find(alerts.Finding("joe"));
        alerts.Notifications();

        alerts.Pass(6);
        var first = Assert.Single(alerts.Notifications());
        alerts.Pass(10);
        var second = Assert.Single(alerts.Notifications());

        Assert.Equal(("lead", "jane"), (first.Receiver, string.Join(' ', first.Alerts.Select(alert => alert.Actor))));
        Assert.Equal(("lead", NotificationKind.Updated, "jane joe"), (second.Receiver, second.Kind, string.Join(' ', second.Alerts.Select(alert => alert.Actor).Order())));
    }

    private static string[] Told(AlertLoopHarness alerts) =>
        [.. alerts.Notifications().Select(told => $"{told.Receiver} {told.Kind} {AuditWatch.Notifications.Rendering.Message.From(told).News}")];
}
