using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Trail;

namespace AuditWatch.Host.Api;

/// <summary><c>GET</c> and <c>POST /api/v1/silences</c>, <c>POST /api/v1/silences/{id}/expire</c>. An id can be the beginning of one.</summary>
internal static class SilenceEndpoints
{
    public static void MapSilences(this IEndpointRouteBuilder api, AuditWatchService service, TimeProvider time)
    {
        api.MapGet("silences", (HttpContext http) => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var silence in Seen.By(service, Caller.Of(http)).Snapshot.Silences)
            {
                SilenceJson.Write(json, silence, time.GetUtcNow());
            }

            json.WriteEndArray();
        })).For(Role.Viewer).Says("The silences, those that are over among them.", typeof(IReadOnlyList<SilenceShape>));
        api.MapPost("silences", async (HttpRequest request) => await AddAsync(service, time, request)).For(Role.Responder)
            .Says("Silences alerts.", typeof(AddedSilenceShape), typeof(NewSilenceShape), StatusCodes.Status201Created);
        api.MapPost("silences/{id}/expire", async (string id, HttpContext http) =>
            OneId.Of(id, Seen.By(service, Caller.Of(http), Role.Responder).Snapshot.Silences.Select(silence => silence.Id), "silence", out var refusal) is not { } whole ? refusal!
            : await service.Alerts.ExpireAsync(whole) is { } problem ? Problem.Result(StatusCodes.Status409Conflict, problem)
            : Results.NoContent()).For(Role.Responder).Says("Ends a silence.", answers: null);
    }

    private static async Task<IResult> AddAsync(AuditWatchService service, TimeProvider time, HttpRequest request)
    {
        var (body, refusal) = await ApiBody.ReadAsync(request, "createdBy");
        if (refusal is not null)
        {
            return refusal;
        }

        if (SilenceJson.ReadRequest(body, time.GetUtcNow(), out var problems) is not { } silence)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, problems);
        }

        var seen = Seen.By(service, Caller.Of(request.HttpContext), Role.Responder);
        if (!seen.Has(silence))
        {
            return Problem.Result(StatusCodes.Status403Forbidden, $"it would hide what you may not deal with: add the matcher cluster=\"{seen.Clusters!.Order(StringComparer.Ordinal).First()}\"");
        }

        request.HttpContext.Features.Set((request.HttpContext.Features.Get<ActedOn>() ?? ActedOn.Nothing) with { Objects = [silence.Id] });
        return await service.Alerts.AddAsync(silence)
            ? JsonResult.Of(json => SilenceJson.Write(json, silence, time.GetUtcNow(), UnknownDetections.In(silence.Matchers, service.Detections.Running.Rules.Select(rule => rule.Name)).Select(one => one.Text)), StatusCodes.Status201Created)
            : Problem.Result(StatusCodes.Status507InsufficientStorage, $"there are {Silences.Capacity:N0} silences and none is over: expire some");
    }
}
