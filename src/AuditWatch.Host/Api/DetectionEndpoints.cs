using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Api.Description;
using AuditWatch.Processing;
using AuditWatch.Web.Access;

namespace AuditWatch.Host.Api;

/// <summary><c>GET /api/v1/detections</c>: those that run, how often each has raised alerts within 30 days, how many of them were false, and what the last reload of their files found wrong.</summary>
internal static class DetectionEndpoints
{
    private const int Days = 30;

    public static void MapDetections(this IEndpointRouteBuilder api, AuditWatchService service, TimeProvider time) =>
        api.MapGet("detections", (HttpContext http) => Problem.IfUnreadable(() => List(service, Seen.By(service, Caller.Of(http)), time.GetUtcNow()))).For(Role.Viewer)
            .Says("The detections that run, how often each has raised alerts within 30 days, and what the last reload of their files found wrong.", typeof(DetectionsShape));

    private static IResult List(AuditWatchService service, Seen seen, DateTimeOffset now)
    {
        var counts = seen.History.CountByDetection(now, Days);
        var open = seen.Snapshot.Alerts.Values.Where(alert => alert.Status != AlertStatus.Closed).CountBy(alert => alert.Detection.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var reload = service.Detections.LastReload;
        return Results.Json(new DetectionsShape(
            [.. service.Detections.Running.Rules.OrderBy(rule => rule.Name, StringComparer.Ordinal).Select(rule => Shape(rule, open.GetValueOrDefault(rule.Name), counts.GetValueOrDefault(rule.Name)))],
            new ReloadShape(reload.At, reload.Succeeded, [.. reload.Errors.Select(error => error.ToString())])));
    }

    private static RunningDetectionShape Shape(DetectionRule rule, int open, DetectionCount? count) => new(
        rule.Name, rule.Title, rule.Level, rule.Tags, [.. rule.NarrowedBy.Select(filter => Path.GetFileName(filter.File))], open, count?.Opened ?? 0, count?.Closed ?? 0, count?.FalsePositives ?? 0, count?.LastSeen);
}
