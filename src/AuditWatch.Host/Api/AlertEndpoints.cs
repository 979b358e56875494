using AuditWatch.Alerts;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/alerts</c> (<c>?status=open,acknowledged&amp;level=high&amp;limit=100&amp;offset=0</c>: the most severe first; with <c>after=ID</c> in the order
/// of ids, for a program that wants all of them while they change), <c>GET /api/v1/alerts/{id}</c>, <c>POST /api/v1/alerts/{id}/acknowledge</c> and
/// <c>/close</c> with <c>{"by":"…"}</c>.
/// </summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder api, AlertLoop alerts)
    {
        api.MapGet("alerts", (HttpRequest request) => List(alerts, new AlertQuery(request.Query)));
        api.MapGet("alerts/{id}", (string id) => Find(alerts, id) is { } alert ? JsonResult.Of(json => AlertJson.WriteWithStatus(json, alert)) : NotFound(id));
        api.MapPost("alerts/{id}/acknowledge", async (string id, HttpRequest request) => await ChangeAsync(alerts, id, request, alerts.AcknowledgeAsync));
        api.MapPost("alerts/{id}/close", async (string id, HttpRequest request) => await ChangeAsync(alerts, id, request, alerts.CloseAsync));
    }

    private static IResult List(AlertLoop alerts, AlertQuery query)
    {
        if (query.Errors.Count > 0)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, query.Errors);
        }

        var (total, page) = query.Of(alerts.Snapshot.Alerts.Values);
        return JsonResult.Of(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", total);
            json.WriteStartArray("alerts");
            foreach (var alert in page)
            {
                AlertJson.WriteWithStatus(json, alert);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task<IResult> ChangeAsync(AlertLoop alerts, string id, HttpRequest request, Func<string, string, Task<bool>> change)
    {
        var (body, tooLong) = await ApiBody.ReadAsync(request);
        if (tooLong is not null)
        {
            return tooLong;
        }

        if (WhoBody.Read(body, out var errors) is not { } who)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        return await change(id, who) ? Results.NoContent()
            : Find(alerts, id) is { } alert ? Problem.Result(StatusCodes.Status409Conflict, $"the alert '{id}' is {Standing(alert)}")
            : NotFound(id);
    }

    private static string Standing(Alert alert) => alert switch
    {
        { Status: AlertStatus.Acknowledged, AcknowledgedBy: { } who } => $"acknowledged already, by {Name(who)}",
        { Status: AlertStatus.Closed, ClosedBy: { } who } => $"closed already, by {Name(who)}",
        _ => "closed already, because nothing more happened",
    };

    private static string Name(string who) => DisplayText.Of(who, WhoBody.MaxLength);

    private static Alert? Find(AlertLoop alerts, string id) => alerts.Snapshot.Alerts.GetValueOrDefault(id);

    private static IResult NotFound(string id) => Problem.Result(StatusCodes.Status404NotFound, $"there is no alert '{id}'");
}
