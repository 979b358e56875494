using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Web.Access;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/incidents</c>: what the alerts that are open, or were closed last, make together, the gravest first; <c>GET /api/v1/incidents/{id}</c>: one with its history, over for as
/// long as the state keeps it; <c>GET /api/v1/incidents/{id}/alerts</c>: its alerts in the order of time; <c>/similar</c>: incidents of the past that are like it. <c>POST /api/v1/incidents/{id}/</c> <c>acknowledge</c>, <c>assign</c>, <c>note</c>, <c>close</c>,
/// <c>reopen</c>, <c>split</c> and <c>merge</c> take what <see cref="IncidentBody"/> says and answer the incident that comes of it. An id can be the beginning of one.
/// </summary>
internal static class IncidentEndpoints
{
    private const int IdLength = 16;

    private static readonly Dictionary<string, (string Summary, Type Takes)> Deeds = new(StringComparer.Ordinal)
    {
        ["acknowledge"] = ("Takes an incident on.", typeof(WhoShape)),
        ["assign"] = ("Gives it to somebody.", typeof(AssignShape)),
        ["note"] = ("Notes something of it.", typeof(NoteShape)),
        ["close"] = ("Closes it with its alerts.", typeof(CloseShape)),
        ["reopen"] = ("Opens it again.", typeof(WhoShape)),
        ["split"] = ("Makes some of its alerts an incident of their own, which is the answer.", typeof(SplitShape)),
        ["merge"] = ("Makes other incidents part of it.", typeof(MergeShape)),
    };

    public static void MapIncidents(this IEndpointRouteBuilder api, AuditWatchService service)
    {
        api.MapGet("incidents", (HttpContext http) => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var incident in Seen.By(service, Caller.Of(http)).Snapshot.GravestIncidents)
            {
                IncidentJson.Write(json, incident);
            }

            json.WriteEndArray();
        })).For(Role.Viewer).Says("What the alerts that are open, or were closed last, make together, the gravest first.", typeof(IReadOnlyList<IncidentShape>));
        api.MapGet("incidents/{id}", (string id, HttpContext http) => Problem.IfUnreadable(() =>
            Find(Seen.By(service, Caller.Of(http)), id, out var refusal) is { } incident ? JsonResult.Of(json => IncidentJson.Write(json, incident, service.Incidents.EventsOf(incident.Id))) : refusal!)).For(Role.Viewer)
            .Says("An incident, and what happened to it.", typeof(ShownIncidentShape));
        api.MapGet("incidents/{id}/alerts", (string id, HttpContext http) => Problem.IfUnreadable(() => Alerts(Seen.By(service, Caller.Of(http)), id))).For(Role.Viewer)
            .Says("Its alerts, in the order of time.", typeof(IReadOnlyList<AlertShape>));
        api.MapGet("incidents/{id}/similar", (string id, HttpContext http) => Problem.IfUnreadable(() => Similar(Seen.By(service, Caller.Of(http)), id))).For(Role.Viewer)
            .Says("Incidents of the past that are like it, the most alike first, at most five, with why and how they ended.", typeof(IReadOnlyList<SimilarIncidentShape>));
        foreach (var action in IncidentBody.Actions)
        {
            api.MapPost($"incidents/{{id}}/{action}", (string id, HttpRequest request) => DoAsync(service, id, action, request)).For(Role.Responder).Says(Deeds[action].Summary, typeof(IncidentShape), Deeds[action].Takes);
        }
    }

    private static IResult Alerts(Seen seen, string id)
    {
        if (Find(seen, id, out var refusal) is not { } incident)
        {
            return refusal!;
        }

        var found = seen.Incidents.AlertsOf(incident, seen.Snapshot.Alerts);
        var tellings = seen.History.TellingsOf([.. found.Select(alert => alert.Id)]);
        return JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var alert in found)
            {
                AlertJson.WriteWithStatus(json, alert, more: () => AlertJson.WriteTelling(json, tellings[alert.Id]));
            }

            json.WriteEndArray();
        });
    }

    private static IResult Similar(Seen seen, string id) => Find(seen, id, out var refusal) is not { } incident ? refusal! : JsonResult.Of(json =>
    {
        json.WriteStartArray();
        foreach (var one in seen.Incidents.SimilarTo(incident, seen.Incidents.AlertsOf(incident, seen.Snapshot.Alerts)))
        {
            IncidentJson.WriteSimilar(json, one);
        }

        json.WriteEndArray();
    });

    private static async Task<IResult> DoAsync(AuditWatchService service, string id, string action, HttpRequest request)
    {
        var (body, unusable) = await ApiBody.ReadAsync(request);
        if (unusable is not null)
        {
            return unusable;
        }

        if (IncidentBody.Read(action, body, out var errors) is not { } what)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        var seen = Seen.By(service, Caller.Of(request.HttpContext), Role.Responder);
        if (Find(seen, id, out var refusal, isHeld: true) is not { } found)
        {
            return refusal!;
        }

        what = Completed(seen.Snapshot, found, what);
        if (!seen.HasIncident(found.Id, what))
        {
            return Problem.Result(StatusCodes.Status404NotFound, $"one of the incidents is not there{seen.Where}");
        }

        var (incident, problem) = await service.Alerts.DoAsync(found.Id, what);
        return incident is null ? Problem.Result(StatusCodes.Status409Conflict, DisplayText.Of(problem ?? "it is gone", 1_000)) : JsonResult.Of(json => IncidentJson.Write(json, incident));
    }

    // Beginnings of ids become ids where only one has it; where none or several have it, the text stays, and is refused.
    private static IncidentAction Completed(AlertSnapshot snapshot, Incident incident, IncidentAction action)
    {
        return action switch
        {
            IncidentAction.Split split => split with { Alerts = [.. split.Alerts.Select(id => Only(incident.Alerts, id))] },
            IncidentAction.Merge merge => merge with { With = [.. merge.With.Select(id => Only(snapshot.Incidents.Keys, id))] },
            _ => action,
        };

        static string Only(IEnumerable<string> ids, string beginning) =>
            ids.Where(id => id.StartsWith(beginning, StringComparison.Ordinal)).Take(2).ToList() is [var only] ? only : beginning;
    }

    /// <summary>The incident of an id or the beginning of one; null with what to answer if there is none, or, where it has to be one that is held, none of those.</summary>
    internal static Incident? Find(Seen seen, string id, out IResult? refusal, bool isHeld = false)
    {
        var incidents = seen.Snapshot.Incidents;
        var one = OneId.Of(id, incidents.Keys, "incident", out refusal) is { } whole ? incidents[whole] : id.Length == IdLength && !isHeld ? seen.Incidents.Find(id) : null;
        refusal = one is null ? refusal : null;
        return one;
    }
}
