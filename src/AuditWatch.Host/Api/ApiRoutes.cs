using AuditWatch.Access;
using AuditWatch.Host.Api.Description;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Trail;

namespace AuditWatch.Host.Api;

/// <summary>The API below <c>/api/v1</c>: alerts, incidents, silences, dead letters, detections, receivers, sources, tokens and what people did, as JSON. What goes wrong is <c>{"errors":["…"]}</c>; who may do what, <see cref="ApiAccess"/> says.</summary>
internal static class ApiRoutes
{
    private const string Root = "/api/v1";

    /// <summary>Adds the API; call it after <c>UseRouting</c>.</summary>
    public static void MapApi(this WebApplication app, AuditWatchService service, ApiTokens tokens, Callers callers, TimeProvider time)
    {
        var access = new ApiAccess(callers);
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root), api => api.Use(next => context => access.CheckAsync(context, next)));
        var api = app.MapGroup(Root);
        api.MapAlerts(service);
        api.MapIncidents(service);
        api.MapReports(service, time);
        api.MapSilences(service, time);
        api.MapDeadLetters(service.Outbox);
        api.MapDetections(service, time);
        api.MapReceivers(service);
        api.MapSources(service);
        api.MapTokens(tokens, time);
        api.MapActions(app.Services.GetRequiredService<ActionHistory>());
        api.MapDescription();
        api.MapFallback("{**path}", (HttpRequest request) =>
            Problem.Result(StatusCodes.Status404NotFound, $"the API has no {request.Method} {request.Path}")).For(Role.Viewer);
    }
}
