using AuditWatch.Alerts;
using AuditWatch.Processing;
using AuditWatch.State;

namespace AuditWatch.Tests.Processing;

public sealed class StateAlarmTests
{
    private readonly List<string> _told = [];
    private string? _problem;

    [Fact]
    public async Task Check_UnwritableForLong_IsToldOnceAndClosedWhenItHasBeenWellForAsLong()
    {
        var alerts = new AlertLoopHarness(sendResolved: true);
        var alarm = Alarm(alerts);

        _problem = "The disk is full.";
        await PassAsync(alarm, alerts, 29);
        Assert.Empty(_told);
        await PassAsync(alarm, alerts, 120);
        Assert.Equal(["soc/test Opened auditwatch_state_unwritable"], _told);

        _problem = null;
        await PassAsync(alarm, alerts, 10);
        _problem = "The disk is full.";
        await PassAsync(alarm, alerts, 60);
        Assert.Single(_told);

        _problem = null;
        await PassAsync(alarm, alerts, 40);
        Assert.Equal(["soc/test Opened auditwatch_state_unwritable", "soc/test Closed auditwatch_state_unwritable"], _told);
        var kept = Assert.Single(new AlertHistory(alerts.Store).Search(new AlertSearch()).Alerts);
        Assert.Equal((AlertStatus.Closed, "auditwatch_state_unwritable"), (kept.Status, kept.Detection.Name));
        Assert.EndsWith("The disk is full.", kept.Summary, StringComparison.Ordinal);
        Assert.Empty(alerts.Told());
    }

    [Fact]
    public async Task Check_AwayForAMoment_IsNoAlert()
    {
        var alerts = new AlertLoopHarness();
        var alarm = Alarm(alerts);

        _problem = "The server is away.";
        await PassAsync(alarm, alerts, 20);
        _problem = null;
        await PassAsync(alarm, alerts, 60);
        _problem = "The server is away.";
        await PassAsync(alarm, alerts, 20);

        Assert.Empty(_told);
    }

    [Fact]
    public async Task Check_Silenced_TellsNobody()
    {
        var silence = new Silence { Id = "s", Matchers = Matchers.Parse("detection=auditwatch_state_unwritable"), CreatedBy = "ann", Comment = "known", StartsAt = DateTimeOffset.MinValue, EndsAt = DateTimeOffset.MaxValue };
        var alerts = new AlertLoopHarness(with: routing => routing with { Silences = [silence] });
        var alarm = Alarm(alerts);

        _problem = "The disk is full.";
        await PassAsync(alarm, alerts, 60);

        Assert.Empty(_told);
    }

    private StateAlarm Alarm(AlertLoopHarness alerts) =>
        new(() => alerts.Routing, () => _problem, alerts.Loop, (integration, told) => _told.Add($"{integration} {told.Kind} {told.Alerts[0].Detection.Name}"), alerts.Time);

    private static async Task PassAsync(StateAlarm alarm, AlertLoopHarness alerts, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            alerts.Time.Advance(TimeSpan.FromSeconds(1));
            await alarm.CheckAsync();
        }
    }
}
