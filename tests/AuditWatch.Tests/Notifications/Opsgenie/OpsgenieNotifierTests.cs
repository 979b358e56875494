using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Opsgenie;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Opsgenie;

public sealed class OpsgenieNotifierTests(OpsgenieStandIn opsgenie) : NotifierContract, IClassFixture<OpsgenieStandIn>, IDisposable
{
    private readonly List<OpsgenieNotifier> _notifiers = [];
    private readonly string _id = Guid.NewGuid().ToString("n")[..16];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        await NotifyAsync(Create("ok"), Of(NotificationKind.Opened, AlertStatus.Open) with { ExternalUrl = new Uri("https://auditwatch.example.com/") });

        var taken = opsgenie.Taken.Last();
        Assert.Equal(
            ("v2/alerts", _id, "HIGH: exec_into_pod: jane@example.com ran a command in payments/shell", "P2", "jane@example.com"),
            ((string?)taken["path"], (string?)taken["alias"], (string?)taken["message"], (string?)taken["priority"], (string?)taken["entity"]));
        Assert.Equal(["high", "attack.execution", "attack.t1609"], taken["tags"]!.AsArray().Select(tag => (string?)tag));
        Assert.Equal("""{"alert":"5f1c3a9e2b7d4c60","detection":"exec_into_pod","cluster":"prod","actor":"jane@example.com","link":"https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60"}""", taken["details"]!.ToJsonString());
        var lines = ((string)taken["description"]!).Split('\n');
        Assert.Contains("From: 203.0.113.7", lines);
        Assert.Contains("Command: sh -c &#39;cat /etc/passwd&#39;", lines);
        Assert.Contains("Runbook: https://runbooks.example.com/exec?team=soc&amp;env=prod", lines);
    }

    [Fact]
    public async Task Notify_TheLifeOfAnAlert_IsThatOfOneAlertThere()
    {
        var opened = await NotifyAsync(Create("ok"), Of(NotificationKind.Opened, AlertStatus.Open));
        Assert.Equal(("open P2", "P2"), (opsgenie.Alerts[_id], opened.Receipt));

        var risen = await NotifyAsync(Create("ok"), Of(NotificationKind.Updated, AlertStatus.Open, Level.Critical) with { Receipt = opened.Receipt });
        Assert.Equal(("open P1", "P1"), (opsgenie.Alerts[_id], risen.Receipt));
        Assert.Equal("Updated: it happened once more", (string?)opsgenie.Taken.Last()["note"]);

        await NotifyAsync(Create("ok"), Of(NotificationKind.Acknowledged, AlertStatus.Acknowledged, Level.Critical) with { Receipt = risen.Receipt });
        Assert.Equal("acknowledged P1", opsgenie.Alerts[_id]);
        Assert.Equal(($"v2/alerts/{_id}/acknowledge", "joe"), ((string?)opsgenie.Taken.Last()["path"], (string?)opsgenie.Taken.Last()["user"]));

        await NotifyAsync(Create("ok"), Of(NotificationKind.Closed, AlertStatus.Closed, Level.Critical) with { Receipt = risen.Receipt });
        Assert.Equal("closed", opsgenie.Alerts[_id]);
        Assert.Equal(($"v2/alerts/{_id}/close", "jane", "Closed by jane at 2026-11-21 00:24:53 UTC"), ((string?)opsgenie.Taken.Last()["path"], (string?)opsgenie.Taken.Last()["user"], (string?)opsgenie.Taken.Last()["note"]));
    }

    [Theory]
    [InlineData("429-x-30", 30)]
    [InlineData("503-x-date", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsItAsks(string behaviour, int seconds) =>
        Assert.Equal(DeliveryResult.Retry($"Opsgenie answered {behaviour[..3]}", TimeSpan.FromSeconds(seconds)), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    [Fact]
    public async Task Notify_WrongKey_IsRejected()
    {
        var notifier = new OpsgenieNotifier("opsgenie", new Secret("other"), opsgenie.Address("ok"), new VirtualTime());
        _notifiers.Add(notifier);

        Assert.Equal(DeliveryResult.Rejected("Opsgenie answered 401"), await NotifyAsync(notifier, SampleAlert.Exec()));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => opsgenie.Hanging;

    protected override IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync() => HttpRetryTable.Of(Create, address => Create(new Uri(address)));

    // What the alert says there, and the latest requests, of which notes and the like name it by its alias alone.
    protected override Task<string> LastMessageAsync() =>
        Task.FromResult(string.Join('\n', opsgenie.Taken.TakeLast(3).Prepend(opsgenie.Taken.Last(request => (string?)request["path"] == "v2/alerts")).Select(request => request.ToJsonString())));

    protected override Task AssertHarmlessAsync()
    {
        foreach (var request in opsgenie.Taken.TakeLast(3))
        {
            PlainText.AssertHarmless(request, lines: true);
            Assert.All(PlainText.Of(request), text => Assert.DoesNotContain(text, character => character is '<' or '>'));
        }

        return Task.CompletedTask;
    }

    private Notification Of(NotificationKind kind, AlertStatus status, Level level = Level.High) =>
        SampleAlert.Notify(SampleAlert.Exec() with { Level = level, Status = status, AcknowledgedBy = "joe", ClosedBy = status == AlertStatus.Closed ? "jane" : null }) with { Kind = kind, SubjectId = _id };

    private OpsgenieNotifier Create(string behaviour) => Create(opsgenie.Address(behaviour));

    private OpsgenieNotifier Create(Uri address)
    {
        _notifiers.Add(new OpsgenieNotifier("opsgenie", new Secret(Canary), address, new VirtualTime()));
        return _notifiers[^1];
    }
}
