using System.Diagnostics.Metrics;
using AuditWatch.Host.Http;
using AuditWatch.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.Tests.Host.Http;

public class PrometheusMetricsTests
{
    [Fact]
    public async Task Collect_OthersInTheProcess_CountForThemselves()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var collected = PrometheusMetrics.Collect(meters);

        Count(ServiceMetrics.Of(meters), "own");
        Count(ServiceMetrics.Of(others.GetRequiredService<IMeterFactory>()), "another-service");
        Count(ServiceMetrics.Shared, "a-scan");

        var text = await TextAsync(collected);
        Assert.Contains("auditwatch_events_total{source=\"own\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("another-service", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a-scan", text, StringComparison.Ordinal);
    }

    private static void Count(ServiceMetrics metrics, string source) => metrics.Processing.Events.Add(1, new KeyValuePair<string, object?>("source", source));

    private static async Task<string> TextAsync(OpenTelemetry.Metrics.MeterProvider metrics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var server = builder.Build();
        server.MapMetrics(metrics, _ => true);
        await server.StartAsync();
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"{server.Urls.First()}/metrics"));
    }
}
