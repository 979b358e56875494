using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Slack;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>What somebody without any rights can do to those who watch, by requests that are all denied: nothing that others notice.</summary>
public sealed class FloodTests(SlackStandIn slack, SmtpServer mail, ITestOutputHelper output) : IClassFixture<SlackStandIn>, IClassFixture<SmtpServer>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_LongDeniedRequestsByTheThousand_FillNoStateAndNobodyIsRefused()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        var odd = string.Concat(Enumerable.Repeat('語', 500));

        foreach (var events in Enumerable.Range(0, 3_000).Chunk(100))
        {
            await service.PostAsync(string.Join('\n', events.Select(n => DeniedExec("mallory", $"{odd}{n}", odd))));
        }

        await service.PostAsync(AdminBound("jane", "real"));
        await service.UntilAsync("the real alert", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "cluster_admin_bound")));
        Assert.Equal(0, await service.RequestsAsync("503"));
        var alerts = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?limit=1000"))!["alerts"]!.AsArray();
        Assert.InRange(alerts.Count, 1, 300);
        var flood = alerts.Single(alert => (string?)alert!["detection"]!["name"] == "auditwatch_flood")!;
        Assert.Equal("mallory", (string?)flood["actor"]);
        Assert.Contains(flood["updates"]!.AsArray(), update => (string?)update!["value"] == "exec_into_pod" && (int)update["count"]! > 2_000);
        Assert.Equal(0, await service.StopAsync());
        var bytes = new DirectoryInfo(folder["state"]).GetFiles("*.db*").Sum(file => file.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB of state, {service.Alerts.Count} alerts"));
        Assert.InRange(bytes, 1, 20_000_000);
    }

    [SkippableFact]
    public async Task Run_RealAlertAmong26000DeniedRequests_ReachesEveryReceiverWithinAMinute()
    {
        mail.SkipUnlessInstalled();
        using var folder = new TemporaryFolder();
        await using var archive = new Crash.MoodyReceiver { IsWell = true };
        await archive.StartAsync();
        folder.Write("slack-url", slack.Address("well", "T1"));
        var config = folder.Write("auditwatch.yaml", $$"""
            state: {directory: state}
            receivers:
              - name: everybody
                slackConfigs: [{apiUrlFile: slack-url}]
                webhookConfigs: [{url: '{{archive.Root}}/hook'}]
                emailConfigs: [{to: [soc@flood.example], from: auditwatch@example.com, smarthost: 'localhost:{{mail.Port("plain").ToString(CultureInfo.InvariantCulture)}}', requireTls: false}]
            route: {receiver: everybody}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await PostFloodAsync(service, 0, 500);

        await service.PostAsync(AdminBound("jane", "real"));
        var began = Stopwatch.GetTimestamp();
        var flood = FloodAsync();
        var mailed = UntilMailedAsync();

        await UntilAsync(() => archive.Taken.ContainsKey("jane"));
        output.WriteLine($"webhook after {Stopwatch.GetElapsedTime(began)}");
        await UntilAsync(() => slack.Taken.Any(message => message.ToJsonString().Contains("jane gave", StringComparison.Ordinal)));
        output.WriteLine($"Slack after {Stopwatch.GetElapsedTime(began)}");
        await mailed.WaitAsync(Minute);
        output.WriteLine($"mail after {Stopwatch.GetElapsedTime(began)}");
        await flood;
        Assert.Equal(0, await service.MetricAsync("auditwatch_deadletters"));

        async Task FloodAsync()
        {
            await PostFloodAsync(service, 500, 13_000);
            await IsAnsweredAsync();
            await PostFloodAsync(service, 13_000, 26_000);
            await IsAnsweredAsync();
        }

        async Task IsAnsweredAsync() => Assert.Contains(
            JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?actor=jane"))!["alerts"]!.AsArray(), alert => (string?)alert!["detection"]!["name"] == "cluster_admin_bound");

        async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Minute, "the real alert is late");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        async Task UntilMailedAsync()
        {
            while (!(await mail.NextMailAsync("flood.example")).ToJsonString().Contains("jane gave", StringComparison.Ordinal))
            {
            }
        }
    }

    private static async Task PostFloodAsync(Service service, int from, int to)
    {
        foreach (var events in Enumerable.Range(from, to - from).Chunk(500))
        {
            await service.PostAsync(string.Join('\n', events.Select(n => DeniedExec("mallory", $"pod-{n}", "sh"))));
        }
    }

    private static string DeniedExec(string actor, string pod, string text) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{pod}}{{text}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/pods/{{pod}}/exec?command={{text}}","verb":"create","user":{"username":"{{actor}}"},"userAgent":"{{text}}","sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"payments","name":"{{pod}}","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":403},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"forbid","authorization.k8s.io/reason":""} }
        """;

    private static string AdminBound(string actor, string name) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"{{name}}","stage":"ResponseComplete","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["203.0.113.8"],"objectRef":{"resource":"clusterrolebindings","name":"{{name}}","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"ClusterRoleBinding","metadata":{"name":"{{name}}"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin","apiGroup":"rbac.authorization.k8s.io"},"subjects":[{"kind":"User","name":"accomplice"}]},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"x"} }
        """;
}
