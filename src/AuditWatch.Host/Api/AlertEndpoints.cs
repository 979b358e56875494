using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Queue;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/alerts</c> searches all alerts that the state keeps (<see cref="AlertQuery"/>) and answers with a page and where the next one begins; <c>GET /api/v1/alerts/{id}</c> is
/// one with its history; each says who was told of it, or why not, and which incident it belongs to. <c>POST /api/v1/alerts/{id}/acknowledge</c> and <c>/close</c> take <c>{"by":"…"}</c>, <c>/close</c> perhaps <c>"reason"</c> and <c>"text"</c> with it, <c>/note</c> also <c>"text"</c> and <c>/assign</c> <c>"to"</c>, and answer <c>{"id":"…"}</c>. An id can be the beginning of one.
/// </summary>
internal static class AlertEndpoints
{
    private const int IdLength = 16;
    private const int MostCandidates = 5;

    private static readonly (string, string)[] Query =
    [
        ("status", "One or more of open, acknowledged, closed, with commas between. Default: those that are not closed; with since or until all."),
        ("level", "At least this level."), ("actor", "By this actor."), ("cluster", "In this cluster."), ("namespace", "In this namespace."), ("object", "A request that it keeps is for this object, such as payments/pods/shell or nodes/n1."), ("detection", "Raised by this detection."),
        ("tactic", "Raised by a detection of this tactic of MITRE ATT&CK, such as credential-access."),
        ("text", "Words that the summary has."), ("since", "Not over by this time, such as 2030-01-31T18:00:00Z."), ("until", "Opened before this time."),
        ("sort", "level, the most severe first, which is the default, or time, the newest first."), ("limit", "How many, 1 to 1000. Default: 100."), ("after", "What next was in the answer before."),
    ];

    public static void MapAlerts(this IEndpointRouteBuilder api, AuditWatchService service)
    {
        var alerts = service.Alerts;
        api.MapGet("alerts", (HttpRequest request) => Problem.IfUnreadable(() => List(Seen.By(service, Caller.Of(request.HttpContext)), new AlertQuery(request.Query)))).For(Role.Viewer)
            .Says("Searches all alerts that are kept.", typeof(AlertPageShape), query: Query);
        api.MapGet("alerts/{id}", (string id, HttpContext http) => Problem.IfUnreadable(() => Show(Seen.By(service, Caller.Of(http)), id))).For(Role.Viewer).Says("An alert, and what happened to it.", typeof(ShownAlertShape));
        api.MapPost("alerts/{id}/acknowledge", (string id, HttpRequest request) => ChangeAsync(service, id, request, ReadWho, (alert, who, _) => alerts.AcknowledgeAsync(alert, who))).For(Role.Responder)
            .Says("Takes an alert on.", typeof(ChangedShape), typeof(WhoShape));
        api.MapPost("alerts/{id}/close", (string id, HttpRequest request) => ChangeAsync(service, id, request, IncidentBody.ReadOfAlert, alerts.CloseAsync)).For(Role.Responder)
            .Says("Closes an alert.", typeof(ChangedShape), typeof(CloseAlertShape));
        api.MapPost("alerts/{id}/assign", (string id, HttpRequest request) => DoAsync("assign", service, id, request)).For(Role.Responder)
            .Says("Gives an alert to somebody.", typeof(ChangedShape), typeof(AssignShape));
        api.MapPost("alerts/{id}/note", (string id, HttpRequest request) => DoAsync("note", service, id, request)).For(Role.Responder)
            .Says("Notes something of an alert.", typeof(ChangedShape), typeof(NoteShape));
    }

    private static IResult List(Seen seen, AlertQuery query)
    {
        if (query.Errors.Count > 0)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, query.Errors);
        }

        var (page, next) = seen.History.Search(query.Search);
        var incidents = seen.IncidentsOf(page);
        var tellings = seen.History.TellingsOf([.. page.Select(alert => alert.Id)]);
        return JsonResult.Of(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts");
            foreach (var alert in page)
            {
                AlertJson.WriteWithStatus(json, alert, more: () =>
                {
                    AlertJson.WriteTelling(json, tellings[alert.Id]);
                    IncidentJson.WriteOf(json, incidents.GetValueOrDefault(alert.Id));
                });
            }

            json.WriteEndArray();
            json.WriteString("next", next?.ToString());
            json.WriteEndObject();
        });
    }

    private static IResult Show(Seen seen, string id)
    {
        if (Find(seen, id, out var refusal) is not { } alert)
        {
            return refusal!;
        }

        var incident = seen.IncidentsOf([alert]).GetValueOrDefault(alert.Id);
        var happened = seen.History.EventsOf(alert.Id);
        return JsonResult.Of(json => AlertJson.WriteWithStatus(json, alert, happened, () =>
        {
            AlertJson.WriteTelling(json, AlertTelling.Of(happened));
            IncidentJson.WriteOf(json, incident);
        }));
    }

    private delegate (string By, string Why)? Reader(ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors);

    private static (string By, string Why)? ReadWho(ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors) => WhoBody.Read(body, out errors) is { } who ? (who, "") : null;

    private static async Task<IResult> ChangeAsync(AuditWatchService service, string id, HttpRequest request, Reader read, Func<string, string, string, Task<bool>> change)
    {
        var (body, unusable) = await ApiBody.ReadAsync(request);
        if (unusable is not null)
        {
            return unusable;
        }

        if (read(body, out var errors) is not var (who, why))
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        // What has just been raised need not be durable yet.
        var seen = Seen.By(service, Caller.Of(request.HttpContext), Role.Responder);
        if (id.Length == IdLength && (seen.Clusters is null || seen.Snapshot.Alerts.ContainsKey(id)) && await change(id, who, why))
        {
            return Changed(id);
        }

        Alert? alert = null;
        var refusal = Problem.IfUnreadable(() =>
        {
            alert = Find(seen, id, out var notOne);
            return notOne;
        });
        return alert is null ? refusal!
            : id.Length < IdLength && await change(alert.Id, who, why) ? Changed(alert.Id)
            : Problem.Result(StatusCodes.Status409Conflict, $"the alert '{alert.Id}' is {Standing(alert)}");
    }

    private static async Task<IResult> DoAsync(string action, AuditWatchService service, string id, HttpRequest request)
    {
        var (body, unusable) = await ApiBody.ReadAsync(request);
        if (unusable is not null)
        {
            return unusable;
        }

        if (IncidentBody.Read(action, body, out var errors) is not { } act)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        Alert? alert = null;
        var seen = Seen.By(service, Caller.Of(request.HttpContext), Role.Responder);
        var refusal = Problem.IfUnreadable(() =>
        {
            alert = Find(seen, id, out var notOne);
            return notOne;
        });
        if (alert is null)
        {
            return refusal!;
        }

        if (act is IncidentAction.Note note)
        {
            await service.Alerts.NoteAsync(alert.Id, note.By, note.Text);
            return Changed(alert.Id);
        }

        return act is IncidentAction.Assign assign && await service.Alerts.AssignAsync(alert.Id, assign.By, assign.To) ? Changed(alert.Id)
            : Problem.Result(StatusCodes.Status409Conflict, $"the alert '{alert.Id}' is {Standing(alert)}");
    }

    private static IResult Changed(string id) => JsonResult.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteEndObject();
    });

    private static string Standing(Alert alert) => alert switch
    {
        { Status: AlertStatus.Acknowledged, AcknowledgedBy: { } who } => $"acknowledged already, by {Name(who)}",
        { Status: AlertStatus.Closed, ClosedBy: { } who } => $"closed already, by {Name(who)}",
        _ => $"closed already, because {alert.CloseReason ?? "nothing more happened"}",
    };

    private static string Name(string who) => DisplayText.Of(who, WhoBody.MaxLength);

    private static Alert? Find(Seen seen, string id, out IResult? refusal)
    {
        var found = seen.History.Find(id, MostCandidates + 1);
        refusal = found.Count switch
        {
            0 => Problem.Result(StatusCodes.Status404NotFound, $"there is no alert '{DisplayText.Of(id, IdLength)}'{seen.Where}"),
            1 => null,
            _ => Problem.Result(
                StatusCodes.Status409Conflict,
                $"several alerts begin with '{id}': {string.Join(", ", found.Take(MostCandidates).Select(alert => alert.Id))}{(found.Count > MostCandidates ? " and more" : "")}; write more of the id"),
        };
        return refusal is null ? found[0] : null;
    }
}
