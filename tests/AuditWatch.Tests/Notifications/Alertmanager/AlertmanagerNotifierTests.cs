using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Alertmanager;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Alertmanager;

public sealed class AlertmanagerNotifierTests(AlertmanagerServer server, AlertmanagerStandIn standIn)
    : NotifierContract, IClassFixture<AlertmanagerServer>, IClassFixture<AlertmanagerStandIn>, IDisposable
{
    private static readonly string[] Labels = ["alertname", "severity", "cluster", "namespace", "actor", "actor_kind", "alert_id"];

    // The real one goes by the real time.
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly List<AlertmanagerNotifier> _notifiers = [];
    private readonly string _id = Guid.NewGuid().ToString("n")[..16];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [SkippableFact]
    public async Task Notify_Opened_IsActiveWithWhatThePersonOnCallNeeds()
    {
        SkipUnlessAvailable();

        await NotifyAsync(Real(), Notify(NotificationKind.Opened, Alert()));

        var alert = Assert.Single(await server.ActiveAsync(_id));
        Assert.Equal(
            new JsonObject
            {
                ["actor"] = "jane@example.com",
                ["actor_kind"] = "human",
                ["alert_id"] = _id,
                ["alertname"] = "exec_into_pod",
                ["cluster"] = "prod",
                ["namespace"] = "payments",
                ["severity"] = "high",
            }.ToJsonString(),
            alert["labels"]!.ToJsonString());
        Assert.Equal("active", (string?)alert["status"]!["state"]);
        Assert.Equal($"https://auditwatch.example.com/alerts/{_id}", (string?)alert["generatorURL"]);
        Assert.Equal(_now.AddMinutes(-5), Time(alert, "startsAt"), TimeSpan.FromSeconds(1));
        Assert.Equal(_now.AddHours(24), Time(alert, "endsAt"), TimeSpan.FromMinutes(1));
        var annotations = alert["annotations"]!;
        Assert.Equal("jane@example.com ran a command in payments/shell", (string?)annotations["summary"]);
        Assert.Contains("Outcome: denied (403), then allowed (101)", (string?)annotations["description"], StringComparison.Ordinal);
        Assert.Equal("objectRef.resource: pods\nobjectRef.subresource: exec", (string?)annotations["why"]);
        Assert.Equal("https://runbooks.example.com/exec?team=soc&env=prod", (string?)annotations["runbook_url"]);
        Assert.StartsWith("kubectl -n 'payments' get pod 'shell' -o wide\n", (string?)annotations["next_steps"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Notify_Closed_EndsIt()
    {
        SkipUnlessAvailable();
        var opened = await NotifyAsync(Real(), Notify(NotificationKind.Opened, Alert()));

        await NotifyAsync(Real(), Notify(NotificationKind.Closed, Alert() with { Status = AlertStatus.Closed }, opened.Receipt));

        Assert.Empty(await server.ActiveAsync(_id));
    }

    [SkippableFact]
    public async Task Notify_OneOfAGroupClosed_EndsThatOne()
    {
        SkipUnlessAvailable();
        var other = Alert() with { Id = $"{_id}-other" };
        var group = Notify(NotificationKind.Opened, Alert()) with { Alerts = [Alert(), other] };
        var opened = await NotifyAsync(Real(), group);

        await NotifyAsync(Real(), group with { Kind = NotificationKind.Updated, Receipt = opened.Receipt, Alerts = [Alert(), other with { Status = AlertStatus.Closed }] });

        Assert.Single(await server.ActiveAsync(_id));
        Assert.Empty(await server.ActiveAsync($"{_id}-other"));
    }

    [SkippableFact]
    public async Task Notify_LevelHasRisen_ReplacesTheAlertOfTheLowerLevel()
    {
        SkipUnlessAvailable();
        var opened = await NotifyAsync(Real(), Notify(NotificationKind.Opened, Alert() with { Level = Level.Medium }));

        await NotifyAsync(Real(), Notify(NotificationKind.Updated, Alert() with { Level = Level.Critical }, opened.Receipt));

        Assert.Equal("critical", (string?)Assert.Single(await server.ActiveAsync(_id))["labels"]!["severity"]);
    }

    [SkippableFact]
    public async Task Notify_Repeats_ChangeTheOneAlert()
    {
        SkipUnlessAvailable();
        foreach (var kind in new[] { NotificationKind.Opened, NotificationKind.Updated, NotificationKind.Reminder })
        {
            await NotifyAsync(Real(), Notify(kind, Alert() with { Count = 37 }));
        }

        Assert.Contains("Count: 37 times", (string?)Assert.Single(await server.ActiveAsync(_id))["annotations"]!["description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_Authorization_IsSent()
    {
        await NotifyAsync(StandIn("ok"), SampleAlert.Exec());

        Assert.Equal($"Bearer {Canary}", standIn.Authorization);
    }

    [Theory]
    [InlineData("429-x-30", "Alertmanager answered 429", 30)]
    [InlineData("503-x-date", "Alertmanager answered 503", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsItAsks(string behaviour, string reason, int seconds) =>
        Assert.Equal(DeliveryResult.Retry(reason, TimeSpan.FromSeconds(seconds)), await NotifyAsync(StandIn(behaviour), SampleAlert.Exec()));

    protected override void SkipUnlessAvailable() => server.SkipUnlessInstalled();

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Real());

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(StandIn("hang"));

    protected override Task HangsAsync() => standIn.Hanging;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("the real one", Real(), DeliveryOutcome.Delivered);
        yield return ("ok", StandIn("ok"), DeliveryOutcome.Delivered);
        foreach (var answer in ReceiverStandIn.PassingAnswers)
        {
            yield return (answer, StandIn(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", Create(new AlertmanagerOptions { Address = new Secret($"http://127.0.0.1:{HttpStandIn.FreePort()}/{Canary}") }, TimeProvider.System), DeliveryOutcome.Retry);
        foreach (var answer in new[] { "400", "401", "403", "404", "redirect", "echo" })
        {
            yield return (answer, StandIn(answer), DeliveryOutcome.Rejected);
        }

        yield return ("the real one, elsewhere", Create(new AlertmanagerOptions { Address = new Secret(new Uri(server.Address, "/other").AbsoluteUri) }, TimeProvider.System), DeliveryOutcome.Rejected);
        await Task.CompletedTask;
    }

    // What is active; an alert that has ended is not shown any more.
    protected override async Task<string> LastMessageAsync()
    {
        var active = await server.ActiveAsync("5f1c3a9e2b7d4c60");
        return active.Count == 0 ? "5f1c3a9e2b7d4c60 is over" : string.Join('\n', active.Select(alert => alert.ToJsonString()));
    }

    protected override async Task AssertHarmlessAsync()
    {
        foreach (var alert in await server.ActiveAsync("5f1c3a9e2b7d4c60"))
        {
            Assert.Subset(Labels.ToHashSet(), alert["labels"]!.AsObject().Select(label => label.Key).ToHashSet());
            Assert.All(alert["labels"]!.AsObject(), label => Assert.DoesNotContain((string)label.Value!, character =>
                char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator));
            Assert.All(alert["labels"]!.AsObject(), label => Assert.InRange(((string)label.Value!).Length, 1, 250));
        }
    }

    private Alert Alert() => SampleAlert.Exec() with { Id = _id, OpenedAt = _now.AddMinutes(-5), ChangedAt = _now.AddMinutes(-1) };

    private static Notification Notify(NotificationKind kind, Alert alert, string? receipt = null) => SampleAlert.Notify(alert, Guid.NewGuid().ToString("n")) with
    {
        Kind = kind,
        Receipt = receipt,
        ExternalUrl = new Uri("https://auditwatch.example.com/"),
    };

    private static DateTimeOffset Time(JsonObject alert, string key) => DateTimeOffset.Parse((string)alert[key]!, CultureInfo.InvariantCulture);

    private AlertmanagerNotifier Real() => Create(new AlertmanagerOptions { Address = new Secret(server.Address.AbsoluteUri) }, TimeProvider.System);

    private AlertmanagerNotifier StandIn(string behaviour) =>
        Create(new AlertmanagerOptions { Address = new Secret(standIn.Address(behaviour, Canary)), Authorization = new Secret($"Bearer {Canary}") }, new VirtualTime());

    private AlertmanagerNotifier Create(AlertmanagerOptions options, TimeProvider time)
    {
        _notifiers.Add(new AlertmanagerNotifier("alertmanager", options, time));
        return _notifiers[^1];
    }
}
