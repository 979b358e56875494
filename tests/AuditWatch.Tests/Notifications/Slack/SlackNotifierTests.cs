using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Notifications.Slack;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Slack;

public sealed class SlackNotifierTests(SlackStandIn slack) : NotifierContract, IClassFixture<SlackStandIn>, IDisposable
{
    private readonly List<SlackNotifier> _notifiers = [];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Alert_SaysWhatThePersonOnCallNeeds()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec());

        var message = slack.Taken.Last();
        Assert.Equal("HIGH: Command run in a pod: jane@example.com ran a command in payments/shell", (string?)message["text"]);
        Assert.Equal(
        [
            "🟠 HIGH: Command run in a pod",
            "jane@example.com ran a command in payments/shell",
            "*Actor*\n`jane@example.com`",
            "*Action*\n`get payments/pods/shell/exec, create payments/pods/shell/exec`",
            "*Command*\n`sh -c 'cat /etc/passwd'`",
            "*From*\n`203.0.113.7`",
            "*Client*\n`kubectl/v1.32.0 (linux/amd64)`",
            "*Outcome*\n`denied (403), then allowed (101)`",
            "*Reason*\n`RBAC: allowed by RoleBinding \"dev/payments\" of Role \"dev\" to User \"jane@example.com\"`",
            "*Count*\n`2 times since 2026-11-21 00:24:50 UTC, last at 2026-11-21 00:24:51 UTC`",
            "*Cluster*\n`prod`",
            "*Why it matched*\n• `objectRef.resource: pods`\n• `objectRef.subresource: exec`",
            "*Runbook*\n<https://runbooks.example.com/exec?team=soc&amp;env=prod>",
            "*Look further*\n```kubectl -n 'payments' get pod 'shell' -o wide\nkubectl -n 'payments' auth can-i --list --as='jane@example.com'\n"
                + "kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'jane@example.com'\n```",
            "`exec_into_pod`  ·  alert `5f1c3a9e2b7d4c60`  ·  <https://attack.mitre.org/techniques/T1609/|T1609>",
        ], SlackMarkup.Texts(message));
    }

    [Theory]
    [InlineData("429-rate_limited-30", "Slack answered 429 rate_limited", 30)]
    [InlineData("503-x-30", "Slack answered 503 x", 30)]
    [InlineData("503-x-date", "Slack answered 503 x", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsSlackAsks(string behaviour, string reason, int seconds) =>
        Assert.Equal(DeliveryResult.Retry(reason, TimeSpan.FromSeconds(seconds)), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    [Theory]
    [InlineData("404-no_service", "Slack answered 404 no_service")]
    [InlineData("echo", "Slack answered 404")]
    public async Task Notify_Refused_GivesSlacksWordAndNothingElse(string behaviour, string reason) =>
        Assert.Equal(DeliveryResult.Rejected(reason), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    [Fact]
    public async Task Notify_CommandsThatDoNotFit_AreLeftOutWhole()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec() with { Actor = new string('&', 310) });

        var look = SlackMarkup.Texts(slack.Taken.Last()).Single(text => text.StartsWith("*Look", StringComparison.Ordinal));
        Assert.Contains("get pod 'shell'", look, StringComparison.Ordinal);
        Assert.All(look.Split('\n')[1..^1], command => Assert.Equal(0, command.Count(c => c == '\'') % 2));
    }

    [Fact]
    public async Task Notify_EveryFactThereIs_IsTaken()
    {
        var alert = SampleAlert.Saying("text") with { Count = 12, Updates = [new AlertUpdate("command", "id", 1, 1), new AlertUpdate("command", "whoami", 11, 2)] };

        await NotifyAsync(Create("ok"), alert);

        Assert.Equal(11, new MessageAlert(alert, link: null).Facts.Count);
        Assert.Contains(SlackMarkup.Texts(slack.Taken.Last()), text => text.StartsWith("*Cluster*", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Notify_RunbookOfLinksAndSentences_HasTheLinksAboveTheSentences()
    {
        var alert = SampleAlert.Exec();
        alert = alert with { Detection = alert.Detection with { Runbook = "1. Ask <!here> *the* actor.\nhttps://runbooks.example.com/exec\n2. Isolate the pod." } };

        await NotifyAsync(Create("ok"), alert);

        var texts = SlackMarkup.Texts(slack.Taken.Last()).ToList();
        var runbook = texts.IndexOf("*Runbook*\n<https://runbooks.example.com/exec>");
        Assert.Equal("1. Ask &lt;!here&gt; *the* actor.\n2. Isolate the pod.", texts[runbook + 1]);
        SlackMarkup.AssertHarmless(slack.Taken.Last());
    }

    [Fact]
    public void Construct_NotAnAddress_SaysSoWithoutTheSecret() =>
        Assert.DoesNotContain(Canary, Assert.Throws<UriFormatException>(() => new SlackNotifier("slack", new Secret(Canary), TimeProvider.System)).ToString(), StringComparison.Ordinal);

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => slack.Hanging;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("ok", Create("ok"), DeliveryOutcome.Delivered);
        foreach (var answer in ReceiverStandIn.PassingAnswers)
        {
            yield return (answer, Create(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", Create($"http://127.0.0.1:{HttpStandIn.FreePort()}/{Canary}", "x"), DeliveryOutcome.Retry);
        yield return ("no such host", Create($"http://{Canary}.invalid/", "x"), DeliveryOutcome.Retry);
        yield return ("not TLS", Create(slack.Address("ok", Canary).Replace("http://", "https://", StringComparison.Ordinal), "x"), DeliveryOutcome.Retry);
        foreach (var answer in new[]
        {
            "400-invalid_payload", "400-user_not_found", "403-action_prohibited", "403-invalid_token", "404-channel_not_found", "404-no_service", "404-no_team",
            "410-channel_is_archived", "405", "redirect", "echo", "portal", "endless",
        })
        {
            yield return (answer, Create(answer), DeliveryOutcome.Rejected);
        }

        await Task.CompletedTask;
    }

    protected override Task<string> LastMessageAsync() => Task.FromResult(slack.Taken.Last().ToJsonString());

    protected override Task AssertHarmlessAsync()
    {
        SlackMarkup.AssertHarmless(slack.Taken.Last());
        return Task.CompletedTask;
    }

    private SlackNotifier Create(string behaviour) => Create(slack.Address(behaviour, Canary), "slack");

    private SlackNotifier Create(string address, string name)
    {
        _notifiers.Add(new SlackNotifier(name, new Secret(address), new VirtualTime()));
        return _notifiers[^1];
    }
}
