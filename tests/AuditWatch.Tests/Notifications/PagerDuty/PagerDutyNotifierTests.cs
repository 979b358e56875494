using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.PagerDuty;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.PagerDuty;

public sealed class PagerDutyNotifierTests(PagerDutyStandIn pagerDuty) : NotifierContract, IClassFixture<PagerDutyStandIn>, IDisposable
{
    private static readonly string Key = $"{Canary}{new string('0', 32)}"[..32];
    private readonly List<PagerDutyNotifier> _notifiers = [];
    private readonly string _id = Guid.NewGuid().ToString("n")[..16];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        var notification = SampleAlert.Notify(SampleAlert.Exec()) with
        {
            SubjectId = "5f1c3a9e2b7d4c60",
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
            Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "Exec into a pod: jane", Level.High, 3, 4) },
        };

        await NotifyAsync(Create("ok"), notification);

        var taken = pagerDuty.Taken.Last();
        Assert.Equal(("trigger", "5f1c3a9e2b7d4c60", Key), ((string?)taken["event_action"], (string?)taken["dedup_key"], (string?)taken["routing_key"]));
        Assert.Equal("HIGH: exec_into_pod: jane@example.com ran a command in payments/shell", (string?)taken["payload"]!["summary"]);
        Assert.Equal(("error", "prod", "2026-11-21T00:24:51.000Z", "exec_into_pod"),
            ((string?)taken["payload"]!["severity"], (string?)taken["payload"]!["source"], (string?)taken["payload"]!["timestamp"], (string?)taken["payload"]!["class"]));
        var details = taken["payload"]!["custom_details"]!;
        Assert.Equal(("203.0.113.7", "sh -c 'cat /etc/passwd'", "3rd alert of: Exec into a pod: jane"), ((string?)details["from"], (string?)details["command"], (string?)details["incident"]));
        Assert.Equal(["objectRef.resource: pods", "objectRef.subresource: exec"], details["why"]!.AsArray().Select(clause => (string?)clause));
        Assert.Equal(
            """
            https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60 Alert
            https://auditwatch.example.com/incidents/953a6c424c7eab7f Incident
            https://runbooks.example.com/exec?team=soc&env=prod Runbook
            https://attack.mitre.org/techniques/T1609/ T1609
            """,
            string.Join('\n', taken["links"]!.AsArray().Select(link => $"{link!["href"]} {link["text"]}")));
        Assert.Equal("https://auditwatch.example.com/", (string?)taken["client_url"]);
    }

    [Theory]
    [InlineData(Level.Critical, "critical")]
    [InlineData(Level.High, "error")]
    [InlineData(Level.Medium, "warning")]
    [InlineData(Level.Low, "info")]
    [InlineData(Level.Informational, "info")]
    public async Task Notify_EveryLevel_HasItsSeverity(Level level, string severity)
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec() with { Level = level });

        Assert.Equal(severity, (string?)pagerDuty.Taken.Last()["payload"]!["severity"]);
    }

    [Fact]
    public async Task Notify_TheLifeOfAnAlert_IsThatOfOneAlertThere()
    {
        await NotifyAsync(Create("ok"), Of(NotificationKind.Opened, AlertStatus.Open));
        Assert.Equal("triggered", pagerDuty.Alerts[_id]);

        await NotifyAsync(Create("ok"), Of(NotificationKind.Acknowledged, AlertStatus.Acknowledged));
        Assert.Equal("acknowledged", pagerDuty.Alerts[_id]);

        await NotifyAsync(Create("ok"), Of(NotificationKind.Closed, AlertStatus.Closed));
        Assert.Equal("resolved", pagerDuty.Alerts[_id]);
    }

    [Fact]
    public async Task Notify_DigestOfWhatIsOver_PagesNobody()
    {
        var before = pagerDuty.Taken.Count;

        var result = await NotifyAsync(Create("400"), Of(NotificationKind.Digest, AlertStatus.Closed));

        Assert.Equal((DeliveryResult.Delivered, before), (result, pagerDuty.Taken.Count));
    }

    [Theory]
    [InlineData("429-x-30", 30)]
    [InlineData("503-x-date", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsItAsks(string behaviour, int seconds) =>
        Assert.Equal(DeliveryResult.Retry($"PagerDuty answered {behaviour[..3]}", TimeSpan.FromSeconds(seconds)), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    [Fact]
    public async Task Notify_Refused_GivesItsStatusAndNothingElse()
    {
        var notifier = new PagerDutyNotifier("pagerduty", new Secret(Canary), pagerDuty.Address("ok"), new VirtualTime());
        _notifiers.Add(notifier);

        Assert.Equal(DeliveryResult.Rejected("PagerDuty answered 400 invalid event"), await NotifyAsync(notifier, SampleAlert.Exec()));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => pagerDuty.Hanging;

    protected override IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync() => HttpRetryTable.Of(Create, address => Create(new Uri(address)));

    // Without the key, which is a secret and the place it belongs in.
    protected override Task<string> LastMessageAsync()
    {
        var message = pagerDuty.Taken.Last().DeepClone().AsObject();
        Assert.Equal(Key, (string?)message["routing_key"]);
        message.Remove("routing_key");
        return Task.FromResult(message.ToJsonString());
    }

    protected override Task AssertHarmlessAsync()
    {
        PlainText.AssertHarmless(pagerDuty.Taken.Last());
        Assert.All(pagerDuty.Taken.Last()["links"]!.AsArray(), link => Assert.StartsWith("https://", (string?)link!["href"], StringComparison.Ordinal));
        return Task.CompletedTask;
    }

    private Notification Of(NotificationKind kind, AlertStatus status) => SampleAlert.Notify(SampleAlert.Exec() with { Status = status, AcknowledgedBy = "joe" }) with { Kind = kind, SubjectId = _id };

    private PagerDutyNotifier Create(string behaviour) => Create(pagerDuty.Address(behaviour));

    private PagerDutyNotifier Create(Uri address)
    {
        _notifiers.Add(new PagerDutyNotifier("pagerduty", new Secret(Key), address, new VirtualTime()));
        return _notifiers[^1];
    }
}
