using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Reports;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/incidents/{id}/report</c>, where the beginning of an id will do, and <c>GET /api/v1/report?since=TIME&amp;until=TIME</c>, until now if it is not said: one HTML file that shows everything by itself.
/// </summary>
internal static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder api, AuditWatchService service, TimeProvider time)
    {
        api.MapGet("incidents/{id}/report", (string id, HttpContext http) => Problem.IfUnreadable(() =>
            IncidentEndpoints.Find(Seen.By(service, Caller.Of(http)), id, out var refusal) is { } incident && ReportView.Of(Seen.By(service, Caller.Of(http)), incident.Id) is { } view
                ? ReportResult.Of(http, view, $"incident-{incident.Id}", time)
                : refusal)).For(Role.Viewer).Says("An incident as one HTML file.", typeof(string), type: "text/html");
        api.MapGet("report", (string? since, string? until, HttpContext http) => Problem.IfUnreadable(() => During(service, since, until, http, time))).For(Role.Viewer)
            .Says("What was going on in a time, from since until until, or now, as one HTML file.", typeof(string), type: "text/html");
    }

    private static IResult During(AuditWatchService service, string? since, string? until, HttpContext http, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (!SilenceTime.TryParse(since ?? "", out var from) || !SilenceTime.TryParse(until ?? SilenceTime.Write(now), out var to) || from >= to)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, "'since' and perhaps 'until' are times such as 2030-01-31T18:00:00Z, the earlier one first");
        }

        return ReportResult.Of(http, ReportView.Of(Seen.By(service, Caller.Of(http)), from, to), $"alerts-{from:yyyyMMdd'T'HHmmss'Z'}", time, (from, to));
    }
}
