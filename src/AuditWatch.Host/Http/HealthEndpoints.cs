using AuditWatch.Host.Run;

namespace AuditWatch.Host.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it takes events. <c>/metrics</c>: what became of them.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, AuditService service, MetricsCollector metrics, int detections)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok\n"));
        endpoints.MapGet("/readyz", () => Results.Json(
            new { ready = service.IsRunning, pipeline = service.IsRunning ? "running" : "stopped", detections },
            statusCode: service.IsRunning ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        endpoints.MapGet("/metrics", () => Results.Text(PrometheusText.Format(metrics.Read()), PrometheusText.ContentType));
    }
}
