using System.Collections.Concurrent;
using System.Text;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.EndToEnd.Metrics;

public sealed class MetricsTests
{
    [SkippableFact]
    public async Task Metrics_AfterAlerts_AreWhatPrometheusTakes()
    {
        Skip.IfNot(Tools.Has("promtool"), "needs promtool: .ci/install");
        await using var service = await Service.StartAsync();
        await service.Http.PostAsync("/webhook/production", new ByteArrayContent(await File.ReadAllBytesAsync(Sample.Path)));
        await service.Http.PostAsync("/webhook", new StringContent("rubbish"));

        await service.UntilAsync("a notification to be delivered", async () => await service.MetricAsync("auditwatch_notifications_total") > 0);

        var metrics = await service.Http.GetStringAsync("/metrics");

        using var folder = new TemporaryFolder();
        var file = folder.Write("metrics", metrics);
        var check = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"promtool check metrics < '{file}'");
        Assert.True(check.ExitCode == 0, check.Error + check.Out);
        foreach (var name in new[]
        {
            "auditwatch_events_total", "auditwatch_events_by_outcome_total", "auditwatch_received_bytes_total", "auditwatch_rejected_total", "auditwatch_findings_total",
            "auditwatch_alerts", "auditwatch_alerts_opened_total", "auditwatch_notifications_total", "auditwatch_notifications_waiting", "auditwatch_deadletters",
            "auditwatch_events_untimed_total", "auditwatch_batches_failed_total", "auditwatch_webhook_requests_total", "auditwatch_webhook_active_requests", "auditwatch_webhook_queued_batches",
            "auditwatch_webhook_held_bytes", "auditwatch_detections_rules", "auditwatch_detections_current", "auditwatch_build_info", "auditwatch_lag_seconds", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds",
        })
        {
            Assert.Contains($"\n# TYPE {name} ", "\n" + metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Otlp_Configured_SendsMetricsToTheCollector()
    {
        var bodies = new ConcurrentQueue<string>();
        await using var collector = await HttpStandIn.StartAsync(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            bodies.Enqueue($"{http.Request.Path} {Encoding.Latin1.GetString(body.ToArray())}");
        });
        using var folder = new TemporaryFolder();
        var config = folder.Write("auditwatch.yaml", "telemetry: {otlp: {endpoint: '" + collector.Root + "/v1/metrics', interval: 1s}}");

        await using var service = await Service.StartAsync("--config", config);
        await service.Http.PostAsync("/webhook", new ByteArrayContent(await File.ReadAllBytesAsync(Sample.Path)));

        await service.UntilAsync("the metrics to be sent", () => Task.FromResult(bodies.Any(body => body.StartsWith("/v1/metrics ", StringComparison.Ordinal) && body.Contains("auditwatch.events", StringComparison.Ordinal))));
    }
}
