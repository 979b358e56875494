using AuditWatch.Host.Run;
using AuditWatch.Pipeline;

namespace AuditWatch.Host.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it takes events. <c>/metrics</c>: what became of them.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, AuditService service, MetricsCollector metrics, LiveDetections detections)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok\n"));
        endpoints.MapGet("/readyz", () => Results.Json(
            new { ready = service.IsRunning, pipeline = service.IsRunning ? "running" : "stopped", detections = Describe(detections.LastReload) },
            statusCode: service.IsRunning ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        endpoints.MapGet("/metrics", () => Results.Text(PrometheusText.Format(metrics.Read()), PrometheusText.ContentType));
    }

    // A broken file does not make the service unready: what ran before still runs. It is said all the same.
    private static object Describe(DetectionReload reload) => new
    {
        rules = reload.Rules,
        changedAt = reload.At,
        upToDate = reload.Succeeded,
        errors = reload.Errors.Select(error => error.ToString()),
    };
}
