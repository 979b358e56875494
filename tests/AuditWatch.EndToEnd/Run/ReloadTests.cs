using System.Diagnostics;
using System.Text;

namespace AuditWatch.EndToEnd.Run;

public sealed class ReloadTests
{
    private static readonly string NamespaceCreated = Sample.Lines.First(line =>
        line.Contains("\"verb\":\"create\"", StringComparison.Ordinal) && line.Contains("\"stage\":\"ResponseComplete\"", StringComparison.Ordinal)
        && line.Contains("\"resource\":\"namespaces\"", StringComparison.Ordinal) && line.Contains("\"name\":\"payments\"", StringComparison.Ordinal));

    [Fact]
    public async Task Run_DetectionAddedWhileRunning_FiresWithoutARestart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules/other.yml", Rules.Low.Replace("payments", "other", StringComparison.Ordinal));
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", "detections: [rules]"));

        folder.Write("rules/payments.yml", Rules.Low);
        await service.UntilAsync("two rules", async () => (await service.Http.GetStringAsync("/readyz")).Contains("\"rules\":2", StringComparison.Ordinal));
        await service.Http.PostAsync("/webhook", new StringContent(NamespaceCreated, Encoding.UTF8, "application/json"));

        await service.UntilAlertsAsync(1);
        Assert.Equal("namespace_payments_created", service.Alerts[0].Detection);
        Assert.Equal(1, await service.MetricAsync("auditwatch_detections_current"));
    }

    [Fact]
    public async Task Run_DetectionBrokenWhileRunning_KeepsTheLastGoodSetAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var rule = folder.Write("rules/payments.yml", Rules.Low);
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", "detections: [rules]"));

        await File.WriteAllTextAsync(rule, Rules.Low.Replace("condition: selection", "condition: selektion", StringComparison.Ordinal));
        await service.UntilAsync("the error", async () => (await service.Http.GetStringAsync("/readyz")).Contains("payments.yml:11:", StringComparison.Ordinal));
        await service.Http.PostAsync("/webhook", new StringContent(NamespaceCreated, Encoding.UTF8, "application/json"));

        await service.UntilAlertsAsync(1);
        Assert.Contains("payments.yml:11:", service.Error, StringComparison.Ordinal);
        Assert.Equal(1, await service.MetricAsync("auditwatch_detections_reloads_total"));
        Assert.Equal(0, await service.MetricAsync("auditwatch_detections_current"));
        Assert.Equal(1, await service.MetricAsync("auditwatch_detections_rules"));
    }

    [Fact]
    public async Task Run_FoldersOfRulesComeAndGo_GoesOnWithWhatItComesTo()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules/other.yml", Rules.Low.Replace("payments", "other", StringComparison.Ordinal));
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", "detections: [rules]"));
        var began = Stopwatch.GetTimestamp();

        // As a checkout of another branch does, for longer.
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5))
        {
            for (var i = 0; i < 40; i++)
            {
                Directory.CreateDirectory(folder[$"rules/tactic{i}/below"]);
            }

            for (var i = 0; i < 40; i++)
            {
                Directory.Delete(folder[$"rules/tactic{i}"], recursive: true);
            }
        }

        folder.Write("rules/payments.yml", Rules.Low);
        await service.UntilAsync("two rules", async () => (await service.Http.GetStringAsync("/readyz")).Contains("\"rules\":2", StringComparison.Ordinal));
        Assert.Equal(0, await service.MetricAsync("auditwatch_periodic_failures_total"));
    }

    [Fact]
    public async Task Run_RoutesReceiversAndSilencesChanged_HoldWithoutARestart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules/payments.yml", Rules.Low);
        var config = folder.Write("auditwatch.yaml", Configuration("before"));
        await using var service = await Service.StartAsync("--config", config, "--state", folder["state"]);
        await service.PostAsync(NamespaceCreated);
        await service.UntilAsync("the first receiver to be told", () => Task.FromResult(Told(folder, "before") == 1));

        await File.WriteAllTextAsync(config, Configuration("before", "after") + "\nwatch: {silentAfter: 1h}");
        await service.UntilAsync("the new receiver to be told of what is open", () => Task.FromResult(Told(folder, "after") == 1));
        await service.UntilAsync("the log to say what takes a restart", () => Task.FromResult(service.Error.Contains("changes to 'watch' take effect at the next start", StringComparison.Ordinal)));

        await File.WriteAllTextAsync(config, Configuration("before", "after") + """

            silences: [{matchers: [detection=namespace_payments_created], author: ops, comment: planned, endsAt: 2999-01-01T00:00:00Z}]
            """);
        await service.UntilAsync("the silence", async () => (await Cli.RunAsync("silence", "list", "--url", $"unix:{folder["state"]}")).Out.Contains("planned", StringComparison.Ordinal));
        Assert.Equal((1, 1), (Told(folder, "before"), Told(folder, "after")));
        Assert.Equal(2, await service.MetricAsync("auditwatch_configuration_reloads_total{result=\"loaded\"}"));
    }

    [Fact]
    public async Task Run_ConfigurationBroken_GoesOnWithTheLastGoodOneAndTellsUntilItIsFixed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules/payments.yml", Rules.Low);
        var config = folder.Write("auditwatch.yaml", Configuration("archive"));
        await using var service = await Service.StartAsync("--config", config, "--state", folder["state"]);

        await File.WriteAllTextAsync(config, Configuration("archive").Replace("{receiver: archive", "{receiver: archiv", StringComparison.Ordinal));
        await service.UntilAsync("people to be told", () => Task.FromResult(Lines(folder, "archive").Any(line => line.Contains("auditwatch_files_unusable", StringComparison.Ordinal))));
        Assert.Contains("auditwatch.yaml:", Lines(folder, "archive")[0], StringComparison.Ordinal);
        Assert.Contains("\"configuration: ", await service.Http.GetStringAsync("/readyz"), StringComparison.Ordinal);
        Assert.Equal(0, await service.MetricAsync("auditwatch_configuration_current"));
        await service.PostAsync(NamespaceCreated);
        await service.UntilAsync("alerts to be told of as before", () => Task.FromResult(Told(folder, "archive") == 1));

        await File.WriteAllTextAsync(config, Configuration("archive"));
        await service.UntilAsync("all to be well", async () => await service.MetricAsync("auditwatch_configuration_current") == 1);
        await service.UntilAsync("the alert to be closed", () => Task.FromResult(Lines(folder, "archive").Any(line => line.Contains("\"kind\":\"closed\"", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Run_SecretReplacedOrHangUp_IsReadAgain()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules/payments.yml", Rules.Low);
        folder.Write("token", "first");
        var config = folder.Write("auditwatch.yaml", """
            detections: [rules]
            receivers: [{name: soar, webhookConfigs: [{url: "http://127.0.0.1:1/", bearerTokenFile: token}]}]
            route: {receiver: soar}
            """);
        await using var service = await Service.StartProcessAsync("--config", config, "--state", folder["state"]);

        folder.Write("token", "second");
        await service.UntilAsync("the new token to be read", async () => await service.MetricAsync("auditwatch_configuration_reloads_total") == 1);
        await service.SignalAsync("HUP");
        await service.UntilAsync("all to be read again", async () => await service.MetricAsync("auditwatch_configuration_reloads_total") == 2);

        Assert.DoesNotContain("take effect", service.Error, StringComparison.Ordinal);
    }

    // Everything goes to the first, and low alerts to the second.
    private static string Configuration(string receiver, string? low = null) => $$"""
        detections: [rules]
        receivers:
        - {name: {{receiver}}, fileConfigs: [{path: {{receiver}}.jsonl}]}
        - {name: {{low ?? "nobody"}}, fileConfigs: [{path: {{low}}.jsonl}]}
        route: {receiver: {{receiver}}, routes: [{receiver: {{low ?? "nobody"}}, matchers: [level={{(low is null ? "critical" : "low")}}]}]}
        """;

    private static string[] Lines(TemporaryFolder folder, string receiver) => File.Exists(folder[$"{receiver}.jsonl"]) ? File.ReadAllLines(folder[$"{receiver}.jsonl"]) : [];

    private static int Told(TemporaryFolder folder, string receiver) => Lines(folder, receiver).Count(line => line.Contains("namespace_payments_created", StringComparison.Ordinal));
}
