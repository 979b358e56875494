using AuditWatch.Host.Run;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Processing;
using AuditWatch.State;

namespace AuditWatch.Host.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it takes events, and what else there is to know. <c>/metrics</c>: what became of them.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, IServiceProvider services)
    {
        var metrics = services.GetRequiredService<MetricsCollector>();
        endpoints.MapGet("/healthz", () => Results.Text("ok\n"));
        endpoints.MapGet("/readyz", () => Ready(services));
        endpoints.MapGet("/metrics", () => Results.Text(PrometheusText.Format(metrics.Read()) + ProcessText.Format(), PrometheusText.ContentType));
    }

    private static IResult Ready(IServiceProvider services)
    {
        var isRunning = services.GetRequiredService<AuditService>().IsRunning;
        var problem = services.GetRequiredService<IStateStore>().Problem;
        var outbox = services.GetRequiredService<Outbox>();
        var ready = isRunning && problem is null;
        var detail = new
        {
            ready,
            pipeline = isRunning ? "running" : "stopped",
            state = problem ?? "ok",
            detections = Describe(services.GetRequiredService<LiveDetections>().LastReload),
            sources = services.GetRequiredService<SourceWatch>().Sources.Select(one => new { source = one.Source, cluster = one.Cluster, lastEventsAt = one.SpokeAt, silent = one.IsSilent, late = one.IsLate }),
            silentSources = services.GetRequiredService<SourceWatch>().SilentSources,
            missingEvidence = services.GetRequiredService<ClusterEvidence>().Missing.Select(one => new { cluster = one.Cluster, what = one.Missing.What, detections = one.Missing.Detections }),
            openAlerts = services.GetRequiredService<AlertStage>().OpenCount,
            waitingNotifications = outbox.Waiting,
            deadLetters = outbox.DeadLetters.Count,
        };
        return Results.Json(detail, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
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
