using AuditWatch.Access;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using OpenTelemetry.Metrics;

namespace AuditWatch.Host.Http;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: it takes events, and what else there is to know. <c>/metrics</c>: what became of them. What became of events, and what else there is to know, is for
/// the page's address, for the machine itself and for who has a token: an attacker who reaches the webhook would learn whether they were seen.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, AuditWatchService service, MeterProvider metrics, Callers callers)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok\n"));
        endpoints.MapGet("/readyz", (HttpContext http) => Ready(service, MaySee(http)));
        endpoints.MapMetrics(metrics, MaySee);

        bool MaySee(HttpContext http) => Listener.Of(http) != Listener.Probes && (Listener.Of(http).IsForPeople || Callers.IsOnMachine(http) || callers.Identify(http) is { } caller && caller.Rights.HaveEverywhere(Role.Viewer));
    }

    private static IResult Ready(AuditWatchService service, bool inDetail)
    {
        var problem = service.StateProblem;
        var ready = service.IsRunning && problem is null;
        var status = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (!inDetail)
        {
            return Results.Json(new { ready }, statusCode: status);
        }

        var detail = new
        {
            ready,
            pipeline = service.IsRunning ? "running" : "stopped",
            state = problem ?? "ok",
            degraded = service.Unusable.Select(files => $"{files.What}: {files.Problem}").Concat(service.Kafka.Where(kafka => kafka.Problem is not null).Select(kafka => $"kafka: {kafka.Problem}")),
            detections = Describe(service.Detections.LastReload),
            sources = service.SourceWatch.Sources.Select(one => new { source = one.Source, cluster = one.Cluster, lastEventsAt = one.SpokeAt, silent = one.IsSilent, late = one.IsLate }),
            silentSources = service.SourceWatch.SilentSources,
            kafka = service.Kafka.SelectMany(kafka => kafka.Partitions).Select(one => new { topic = one.Topic, partition = one.Partition, offset = one.Next, lag = one.Lag }),
            missingEvidence = service.Evidence.Missing.Select(one => new { cluster = one.Cluster, what = one.Missing.What, detections = one.Missing.Detections }),
            openAlerts = service.Alerts.Snapshot.OpenCount,
            waitingNotifications = service.Outbox.Waiting,
            deadLetters = service.Outbox.DeadLetters.Count,
        };
        return Results.Json(detail, statusCode: status);
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
