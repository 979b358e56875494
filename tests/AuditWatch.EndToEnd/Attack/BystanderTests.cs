using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Http;
using AuditWatch.Tests.Notifications.Slack;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Whoever floods, and with what, before and after it: the alert of somebody who does not goes past all that waits, to each receiver that is well, whichever others are not.</summary>
public sealed class BystanderTests(SlackStandIn slack) : IClassFixture<SlackStandIn>
{
    private const int Half = 1_500;

    // The bounds of open alerts, and of what waits for receivers, are a tenth of what they are in large memory: so they are met soon.
    private static readonly (string Name, string Value) SmallMemory = ("DOTNET_GCHeapHardLimit", (320L << 20).ToString("x", null));

    [Theory]
    [InlineData("one", "allow")]
    [InlineData("one", "forbid")]
    [InlineData("crowd", "forbid")]
    public async Task Run_AlertBetweenTwoHalvesOfAFlood_IsAmongTheNextToEachHealthyReceiver(string who, string decision)
    {
        using var folder = new TemporaryFolder();
        var (taken, open) = (new ConcurrentQueue<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var healthy = await HttpStandIn.StartAsync(async http =>
        {
            var message = (await JsonNode.ParseAsync(http.Request.Body))!;
            await open.Task;
            taken.Enqueue((string)message["alerts"]![0]!["actor"]!);
        });
        await using var silent = await HttpStandIn.StartAsync(http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));
        folder.Write("slack-url", slack.Address("well", who + decision));
        await using var service = await Service.StartWithAsync(SmallMemory, "--config", folder.Write("auditwatch.yaml", $$"""
            state: {directory: state}
            receivers:
              - name: everybody
                slackConfigs: [{apiUrlFile: slack-url}]
                webhookConfigs: [{url: '{{healthy.Root}}'}, {url: '{{silent.Root}}'}, {url: 'http://127.0.0.1:{{HttpStandIn.FreePort()}}'}]
            route: {receiver: everybody, groupWait: 0s}
            """));
        slack.Taken.Clear();

        await PostAsync(0);
        await service.PostAsync(AdminBound("jane"));
        await PostAsync(Half);
        open.SetResult();

        await service.UntilAsync("jane's alert to reach Slack", () => Task.FromResult(slack.Taken.Any(IsJanes)));
        await service.UntilAsync("jane's alert to reach the webhook", () => Task.FromResult(taken.Contains("jane")));
        Assert.InRange(slack.Taken.Count, 1, 30);
        Assert.InRange(taken.TakeWhile(actor => actor != "jane").Count(), 0, 10);
        Assert.Single(await AlertsAsync("actor=jane"), alert => (string?)alert!["detection"]!["name"] == "cluster_admin_bound");
        var flood = Assert.Single(await AlertsAsync("detection=auditwatch_flood"))!;
        var counted = flood["updates"]!.AsArray().Where(update => (string?)update!["value"] == "exec_into_pod").Sum(update => (int)update!["count"]!);
        Assert.InRange(counted, Half, 2 * Half);
        Assert.DoesNotContain("jane", await service.Http.GetStringAsync("/api/v1/dead-letters"), StringComparison.Ordinal);

        async Task<JsonArray> AlertsAsync(string query) => JsonNode.Parse(await service.Http.GetStringAsync($"/api/v1/alerts?{query}"))!["alerts"]!.AsArray();

        async Task PostAsync(int from)
        {
            foreach (var events in Enumerable.Range(from, Half).Chunk(250))
            {
                await service.PostAsync(string.Join('\n', events.Select(n => Exec(who == "one" ? "mallory" : $"mallory-{n}", n, decision))));
            }
        }
    }

    private static bool IsJanes(JsonObject message) => message.ToJsonString().Contains("jane gave", StringComparison.Ordinal);

    private static string Exec(string actor, int number, string decision) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{number}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/pods/pod-{{number}}/exec?command=sh","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"payments","name":"pod-{{number}}","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":{{(decision == "allow" ? 101 : 403)}}},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"{{decision}}","authorization.k8s.io/reason":""} }
        """;

    private static string AdminBound(string actor) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"real","stage":"ResponseComplete","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["203.0.113.8"],"objectRef":{"resource":"clusterrolebindings","name":"real","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"ClusterRoleBinding","metadata":{"name":"real"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin","apiGroup":"rbac.authorization.k8s.io"},"subjects":[{"kind":"User","name":"accomplice"}]},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"x"} }
        """;
}
