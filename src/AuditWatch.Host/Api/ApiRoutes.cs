using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary>The API below <c>/api/v1</c>: alerts, incidents, silences and dead letters, as JSON. What goes wrong is <c>{"errors":["…"]}</c>.</summary>
internal static class ApiRoutes
{
    private const string Root = "/api/v1";

    /// <summary>Adds the API; call it after <c>UseRouting</c>.</summary>
    public static void MapApi(this WebApplication app, AlertLoop alerts, AlertHistory history, IncidentHistory incidents, Outbox outbox, TimeProvider time)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root), api => api.Use(next => context => ApiAccess.CheckAsync(context, next)));
        var api = app.MapGroup(Root);
        api.MapAlerts(alerts, history);
        api.MapIncidents(alerts, incidents);
        api.MapSilences(alerts, time);
        api.MapDeadLetters(outbox);
        api.MapFallback("{**path}", (HttpRequest request) =>
            Problem.Result(StatusCodes.Status404NotFound, $"the API has no {request.Method} {request.Path}"));
    }
}
