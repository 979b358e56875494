using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Webhook;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Webhook;

public sealed class WebhookNotifierTests(WebhookStandIn receiver) : NotifierContract, IClassFixture<WebhookStandIn>, IDisposable
{
    private const string Key = $"hmac-{Canary}";
    private readonly List<WebhookNotifier> _notifiers = [];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Group_SendsTheWholeNotification()
    {
        var notification = SampleAlert.Group(SampleAlert.Exec()) with
        {
            Id = "n-1",
            Kind = NotificationKind.Digest,
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
            Digest = [new DigestLine("exec_into_pod", Level.High, 120)],
        };

        await NotifyAsync(Create("ok"), notification);

        var body = JsonNode.Parse(receiver.Taken.Last().Body)!.AsObject();
        Assert.Equal(
            ["version", "id", "kind", "receiver", "escalatedFrom", "groupKey", "dueAt", "externalUrl", "alerts", "moreAlerts", "digest"], body.Select(pair => pair.Key));
        Assert.Equal("1", (string?)body["version"]);
        Assert.Equal("n-1", (string?)body["id"]);
        Assert.Equal("digest", (string?)body["kind"]);
        Assert.Equal("on-call", (string?)body["receiver"]);
        Assert.Equal("9a4e1f0c77d2b358", (string?)body["groupKey"]);
        Assert.Equal("2026-11-21T00:24:51Z", (string?)body["dueAt"]);
        Assert.Equal("https://auditwatch.example.com/", (string?)body["externalUrl"]);
        Assert.Equal(20, body["alerts"]!.AsArray().Count);
        Assert.Equal(100, (int)body["moreAlerts"]!);
        Assert.Equal("""[{"detection":"exec_into_pod","level":"high","alerts":120}]""", body["digest"]!.ToJsonString());
        var alert = body["alerts"]![0]!;
        Assert.Equal(("high", "open", "human"), ((string?)alert["level"], (string?)alert["status"], (string?)alert["actorKind"]));
        Assert.Equal("sh -c 'cat /etc/passwd'", (string?)alert["requests"]![0]!["command"]);
        Assert.Equal("denied", (string?)alert["requests"]![0]!["outcome"]);
        Assert.StartsWith("RBAC: allowed by", (string?)alert["requests"]![1]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_CloudEvents_BearsTheirHeaders()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec(), "n 1/é") with { Kind = NotificationKind.Closed });

        var headers = receiver.Taken.Last().Headers;
        Assert.Equal("1.0", headers["ce-specversion"]);
        Assert.Equal("n%201%2F%C3%A9", headers["ce-id"]);
        Assert.Equal("io.auditwatch.alert.closed", headers["ce-type"]);
        Assert.Equal("auditwatch", headers["ce-source"]);
        Assert.Equal("9a4e1f0c77d2b358", headers["ce-subject"]);
        Assert.Equal("2026-11-21T00:24:51.000Z", headers["ce-time"]);
        Assert.Equal("application/json", headers["Content-Type"]);
    }

    [Fact]
    public async Task Notify_NoCloudEvents_LeavesTheirHeadersOut()
    {
        await NotifyAsync(Create("ok", options => options with { CloudEvents = false, SigningKey = null, Authorization = null }), SampleAlert.Exec());

        Assert.DoesNotContain(receiver.Taken.Last().Headers.Keys, name =>
            name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || name == "Authorization");
    }

    [Fact]
    public async Task Notify_Signed_CanBeVerifiedAsDocumented()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec());

        var (headers, body) = receiver.Taken.Last();
        Assert.Equal("1795219200", headers["X-AuditWatch-Timestamp"]);
        var signed = Encoding.ASCII.GetBytes($"{headers["X-AuditWatch-Timestamp"]}.").Concat(body).ToArray();
        Assert.Equal($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), signed))}", headers["X-AuditWatch-Signature"]);
    }

    [Fact]
    public async Task Notify_Authorization_IsSent()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec());

        Assert.Equal($"Bearer {Canary}", receiver.Taken.Last().Headers["Authorization"]);
    }

    [Theory]
    [InlineData("429-x-30", "the webhook answered 429", 30)]
    [InlineData("503-x-date", "the webhook answered 503", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsTheReceiverAsks(string behaviour, string reason, int seconds) =>
        Assert.Equal(DeliveryResult.Retry(reason, TimeSpan.FromSeconds(seconds)), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => receiver.Hanging;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        foreach (var answer in new[] { "ok", "200", "201", "204" })
        {
            yield return (answer, Create(answer), DeliveryOutcome.Delivered);
        }

        foreach (var answer in ReceiverStandIn.PassingAnswers)
        {
            yield return (answer, Create(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", Create("ok", options => options with { Address = new Secret($"http://127.0.0.1:{HttpStandIn.FreePort()}/{Canary}") }), DeliveryOutcome.Retry);
        yield return ("no such host", Create("ok", options => options with { Address = new Secret($"http://{Canary}.invalid/") }), DeliveryOutcome.Retry);
        foreach (var answer in new[] { "400", "401", "403", "404", "405", "410", "413", "redirect", "echo" })
        {
            yield return (answer, Create(answer), DeliveryOutcome.Rejected);
        }

        await Task.CompletedTask;
    }

    protected override Task<string> LastMessageAsync() => Task.FromResult(Encoding.UTF8.GetString(receiver.Taken.Last().Body));

    // To a program, what is well-formed is harmless.
    protected override Task AssertHarmlessAsync()
    {
        using var body = JsonDocument.Parse(receiver.Taken.Last().Body);
        Assert.Equal(JsonValueKind.Array, body.RootElement.GetProperty("alerts").ValueKind);
        Assert.DoesNotContain(receiver.Taken.Last().Body, octet => octet < ' ');
        return Task.CompletedTask;
    }

    private WebhookNotifier Create(string behaviour) => Create(behaviour, options => options);

    private WebhookNotifier Create(string behaviour, Func<WebhookOptions, WebhookOptions> change)
    {
        var options = new WebhookOptions
        {
            Address = new Secret(receiver.Address(behaviour, Canary)),
            SigningKey = new Secret(Key),
            Authorization = new Secret($"Bearer {Canary}"),
        };
        _notifiers.Add(new WebhookNotifier("webhook", change(options), new VirtualTime()));
        return _notifiers[^1];
    }
}
