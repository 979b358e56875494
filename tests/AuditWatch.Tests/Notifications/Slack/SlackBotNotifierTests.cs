using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Slack;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Slack;

public sealed class SlackBotNotifierTests(SlackStandIn slack) : NotifierContract, IClassFixture<SlackStandIn>, IDisposable
{
    private const string Channel = "C0123456789";
    private readonly List<SlackBotNotifier> _notifiers = [];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Opened_PostsTheMessageOfTheWebhookWithoutUnfurlingItsLinks()
    {
        var result = await NotifyAsync(Create("ok"), SampleAlert.Exec());

        var message = slack.Taken.Last();
        Assert.StartsWith($"{Channel}:1700000000.", result.Receipt, StringComparison.Ordinal);
        Assert.Equal("chat.postMessage", (string?)message["method"]);
        Assert.Equal(Channel, (string?)message["channel"]);
        Assert.False((bool)message["unfurl_links"]!);
        Assert.Equal("🟠 HIGH: Command run in a pod", SlackMarkup.Texts(message).First());
    }

    [Fact]
    public async Task Notify_Repeats_KeepTheFirstMessageCurrentAndGoIntoItsThread()
    {
        var notifier = Create("ok");
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());
        var before = slack.Taken.Count;

        var updated = await NotifyAsync(notifier, Later(NotificationKind.Updated, opened.Receipt, SampleAlert.Exec() with { Count = 37, Level = Level.Critical }));
        var closed = await NotifyAsync(notifier, Later(NotificationKind.Closed, updated.Receipt, SampleAlert.Exec() with { Count = 37, Status = AlertStatus.Closed, ClosedBy = "jane" }));

        Assert.Equal((opened.Receipt, opened.Receipt), (updated.Receipt, closed.Receipt));
        var calls = slack.Taken.Skip(before).ToList();
        Assert.Equal(["chat.update", "chat.postMessage", "chat.update", "chat.postMessage"], calls.Select(call => (string?)call["method"]));
        Assert.Equal(["🔴 CRITICAL: Command run in a pod", "Updated: it happened 36 more times"], SlackMarkup.Texts(calls[0]).Take(2));
        Assert.Equal(opened.Receipt, $"{Channel}:{(string?)calls[1]["thread_ts"]}");
        Assert.Equal("Updated: it happened 36 more times", SlackMarkup.Texts(calls[1]).First());
        Assert.Equal(["✅ CLOSED (high): Command run in a pod", "Closed by jane at 2026-11-21 00:24:53 UTC"], SlackMarkup.Texts(slack.Message(opened.Receipt!)!).Take(2));
        Assert.Equal("CLOSED (high): Command run in a pod: Closed by jane at 2026-11-21 00:24:53 UTC", (string?)calls[3]["text"]);
    }

    [Fact]
    public async Task Notify_StoryGoesOnElsewhere_SaysSoInTheThread()
    {
        var notifier = Create("ok");
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());

        var merged = Later(NotificationKind.Merged, opened.Receipt, SampleAlert.Exec());
        await NotifyAsync(notifier, merged with { Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "<!channel> read", Level.High, 2, 5) } });

        Assert.Equal(opened.Receipt, $"{Channel}:{(string?)slack.Taken.Last()["thread_ts"]}");
        var texts = SlackMarkup.Texts(slack.Taken.Last()).ToList();
        Assert.Equal("This goes on as part of another incident", texts[0]);
        Assert.Contains(texts, text => text.StartsWith("2nd alert of: ", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("953a6c424c7eab7f", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(NotificationKind.Opened)]
    [InlineData(NotificationKind.Digest)]
    public async Task Notify_NewsOfTheirOwn_ArePostedWhereEverybodySeesThem(NotificationKind kind)
    {
        var notifier = Create("ok");
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());

        var other = await NotifyAsync(notifier, Later(kind, opened.Receipt, SampleAlert.Exec()));

        Assert.Equal(DeliveryOutcome.Delivered, other.Outcome);
        Assert.NotEqual(opened.Receipt, other.Receipt);
        Assert.Equal("chat.postMessage", (string?)slack.Taken.Last()["method"]);
        Assert.False(slack.Taken.Last().ContainsKey("thread_ts"));
    }

    [Fact]
    public async Task Notify_FirstMessageDeleted_PostsAnew()
    {
        var notifier = Create("ok");
        var opened = await NotifyAsync(notifier, SampleAlert.Exec());
        slack.Delete(opened.Receipt!);

        await AssertPostsAnewAsync(notifier, opened.Receipt);
    }

    [Theory]
    [InlineData("update-cant_update_message")]
    [InlineData("update-edit_window_closed")]
    [InlineData("reply-cannot_reply_to_message")]
    [InlineData("reply-restricted_action_thread_locked")]
    public async Task Notify_FirstMessageNotToBeHad_PostsAnew(string behaviour)
    {
        var opened = await NotifyAsync(Create("ok"), SampleAlert.Exec());

        await AssertPostsAnewAsync(Create(behaviour), opened.Receipt);
    }

    [Fact]
    public async Task Notify_ReceiptOfAnotherChannel_PostsAnew() => await AssertPostsAnewAsync(Create("ok"), "C9876543210:1700000000.000001");

    [Theory]
    [InlineData("update-ratelimited", "Slack says ratelimited", 30)]
    [InlineData("reply-internal_error", "Slack says internal_error", null)]
    [InlineData("503-x-date", "Slack answered 503", 42)]
    [InlineData("429-x-7", "Slack answered 429", 7)]
    public async Task Notify_NotNow_IsTriedAgainAfterTheTimeSlackAsksFor(string behaviour, string reason, int? seconds)
    {
        var opened = await NotifyAsync(Create("ok"), SampleAlert.Exec());

        var result = await NotifyAsync(Create(behaviour), Later(NotificationKind.Updated, opened.Receipt, SampleAlert.Exec()));

        Assert.Equal(DeliveryResult.Retry(reason, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null), result);
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => slack.Hanging;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("ok", Create("ok"), DeliveryOutcome.Delivered);
        foreach (var answer in ReceiverStandIn.PassingAnswers.Concat(
            ["error-ratelimited", "error-internal_error", "error-fatal_error", "error-service_unavailable", "error-request_timeout", "error-team_added_to_org"]))
        {
            yield return (answer, Create(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", Create(new Uri($"http://127.0.0.1:{HttpStandIn.FreePort()}/")), DeliveryOutcome.Retry);
        foreach (var answer in new[]
        {
            "error-invalid_auth", "error-account_inactive", "error-token_revoked", "error-channel_not_found", "error-not_in_channel", "error-is_archived",
            "error-msg_too_long", "error-msg_blocks_too_long", "error-invalid_blocks", "error-missing_scope", "error-something_new", $"error-{Canary}",
            "404", "redirect", "echo", "portal", "endless",
        })
        {
            yield return (answer, Create(answer), DeliveryOutcome.Rejected);
        }

        yield return ("another channel", Create(slack.Api("ok"), channel: "C9876543210"), DeliveryOutcome.Rejected);
        await Task.CompletedTask;
    }

    protected override Task<string> LastMessageAsync() => Task.FromResult(slack.Taken.Last().ToJsonString());

    protected override Task AssertHarmlessAsync()
    {
        SlackMarkup.AssertHarmless(slack.Taken.Last());
        return Task.CompletedTask;
    }

    private async Task AssertPostsAnewAsync(SlackBotNotifier notifier, string? receipt)
    {
        var result = await NotifyAsync(notifier, Later(NotificationKind.Updated, receipt, SampleAlert.Exec()));

        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.NotEqual(receipt, result.Receipt);
        var message = slack.Message(result.Receipt!)!;
        Assert.Equal("🟠 HIGH: Command run in a pod", SlackMarkup.Texts(message).First());
        Assert.False(slack.Taken.Last().ContainsKey("thread_ts"));
    }

    private static Notification Later(NotificationKind kind, string? receipt, Alert alert) =>
        SampleAlert.Notify(alert, Guid.NewGuid().ToString("n")) with { Kind = kind, Receipt = receipt };

    private SlackBotNotifier Create(string behaviour) => Create(slack.Api(behaviour));

    private SlackBotNotifier Create(Uri address, string channel = Channel)
    {
        _notifiers.Add(new SlackBotNotifier("slack", new Secret($"xoxb-{Canary}"), channel, address, new VirtualTime()));
        return _notifiers[^1];
    }
}
