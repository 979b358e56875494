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
}
