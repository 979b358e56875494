using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Slack;

namespace AuditWatch.Tests.Notifications.Slack;

public sealed partial class SlackNotifierTests(SlackStandIn slack) : NotifierContract, IClassFixture<SlackStandIn>, IDisposable
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
            "*Outcome*\n`denied (403), allowed (101)`",
            "*Reason*\n`RBAC: allowed by RoleBinding \"dev/payments\" of Role \"dev\" to User \"jane@example.com\"`",
            "*Count*\n`2 times since 2026-11-21 00:24:50 UTC, last at 2026-11-21 00:24:51 UTC`",
            "*Cluster*\n`prod`",
            "*Why it matched*\n• `objectRef.resource: pods`\n• `objectRef.subresource: exec`",
            "*Runbook*\n<https://runbooks.example.com/exec?team=soc&amp;env=prod>",
            "*Look further*\n```kubectl -n 'payments' get pod 'shell' -o wide\nkubectl -n 'payments' auth can-i --list --as='jane@example.com'\n"
                + "kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- 'jane@example.com'\n```",
            "`exec_into_pod`  ·  alert `5f1c3a9e2b7d4c60`  ·  <https://attack.mitre.org/techniques/T1609/|T1609>",
        ], Texts(message["blocks"]!));
    }

    [Fact]
    public async Task Notify_TooManyRequests_WaitsAsLongAsSlackAsks() =>
        Assert.Equal(DeliveryResult.Retry("Slack answered 429 rate_limited", TimeSpan.FromSeconds(30)), await NotifyAsync(Create("429-rate_limited-30"), SampleAlert.Exec()));

    [Theory]
    [InlineData("404-no_service", "Slack answered 404 no_service")]
    [InlineData("echo", "Slack answered 404")]
    public async Task Notify_Refused_GivesSlacksWordAndNothingElse(string behaviour, string reason) =>
        Assert.Equal(DeliveryResult.Rejected(reason), await NotifyAsync(Create(behaviour), SampleAlert.Exec()));

    [Fact]
    public async Task Notify_CommandsThatDoNotFit_AreLeftOutWhole()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Exec() with { Actor = new string('&', 310) });

        var look = Texts(slack.Taken.Last()["blocks"]!).Single(text => text.StartsWith("*Look", StringComparison.Ordinal));
        Assert.Contains("get pod 'shell'", look, StringComparison.Ordinal);
        Assert.All(look.Split('\n')[1..^1], command => Assert.Equal(0, command.Count(c => c == '\'') % 2));
    }

    [Fact]
    public void Construct_NotAnAddress_SaysSoWithoutTheSecret() =>
        Assert.DoesNotContain(Canary, Assert.Throws<UriFormatException>(() => new SlackNotifier("slack", new Secret(Canary))).ToString(), StringComparison.Ordinal);

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("ok", Create("ok"), DeliveryOutcome.Delivered);
        foreach (var answer in new[] { "429-rate_limited-1", "429", "408", "425", "500-rollup_error", "502", "503", "504", "close", "close-late" })
        {
            yield return (answer, Create(answer), DeliveryOutcome.Retry);
        }

        yield return ("nobody listens", Create($"http://127.0.0.1:{FreePort()}/{Canary}", "x"), DeliveryOutcome.Retry);
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

    protected override Task AssertHarmlessAsync()
    {
        var message = slack.Taken.Last();
        foreach (var text in Texts(message["blocks"]!).Append((string)message["text"]!))
        {
            // What is left when our own markup is taken away must hold nothing that Slack would act on.
            var rest = OwnMarkup().Replace(text, "");
            Assert.DoesNotMatch(Active(), rest);
        }

        foreach (var text in TextObjects(message["blocks"]!))
        {
            Assert.True((string?)text["type"] == "mrkdwn" ? (bool?)text["verbatim"] : !(bool?)text["emoji"]);
            if ((string?)text["type"] == "mrkdwn")
            {
                Assert.DoesNotMatch(Formatting(), CodeSpans().Replace(OwnMarkup().Replace((string)text["text"]!, ""), ""));
            }
        }

        return Task.CompletedTask;
    }

    private SlackNotifier Create(string behaviour) => Create(slack.Address(behaviour, Canary), "slack");

    private SlackNotifier Create(string address, string name)
    {
        _notifiers.Add(new SlackNotifier(name, new Secret(address)));
        return _notifiers[^1];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IEnumerable<string> Texts(JsonNode blocks) => TextObjects(blocks).Select(text => (string)text["text"]!);

    private static IEnumerable<JsonObject> TextObjects(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(TextObjects),
        JsonObject text when (string?)text["type"] is "mrkdwn" or "plain_text" => [text],
        JsonObject block => block.SelectMany(pair => TextObjects(pair.Value)),
        _ => [],
    };

    // The bold titles of sections and fields, and the links we make.
    [GeneratedRegex(@"\A\*[A-Z][a-z ]+\*\n|<https://runbooks\.example\.com/[^<>|]*>|<https://attack\.mitre\.org/techniques/T[0-9/]+\|T[0-9.]+>")]
    private static partial Regex OwnMarkup();

    [GeneratedRegex(@"[<>]|&(?!(?:amp|lt|gt);)|@(?:channel|here|everyone)|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]", RegexOptions.IgnoreCase)]
    private static partial Regex Active();

    [GeneratedRegex(@"```[^`]*```|`[^`\n]*`")]
    private static partial Regex CodeSpans();

    [GeneratedRegex(@"[*_~`]|^&gt;|:[a-z]+:", RegexOptions.Multiline)]
    private static partial Regex Formatting();
}
