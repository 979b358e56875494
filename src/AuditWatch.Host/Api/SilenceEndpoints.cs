using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary><c>GET</c> and <c>POST /api/v1/silences</c>, <c>POST /api/v1/silences/{id}/expire</c>. An id can be the beginning of one.</summary>
internal static class SilenceEndpoints
{
    public static void MapSilences(this IEndpointRouteBuilder api, AlertLoop alerts, TimeProvider time)
    {
        api.MapGet("silences", () => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var silence in alerts.Snapshot.Silences)
            {
                SilenceJson.Write(json, silence, time.GetUtcNow());
            }

            json.WriteEndArray();
        })).For(Role.Viewer).Says("The silences, those that are over among them.", typeof(IReadOnlyList<SilenceShape>));
        api.MapPost("silences", async (HttpRequest request) => await AddAsync(alerts, time, request)).For(Role.Responder)
            .Says("Silences alerts.", typeof(SilenceShape), typeof(NewSilenceShape), StatusCodes.Status201Created);
        api.MapPost("silences/{id}/expire", async (string id) =>
            OneId.Of(id, alerts.Snapshot.Silences.Select(silence => silence.Id), "silence", out var refusal) is not { } whole ? refusal!
            : await alerts.ExpireAsync(whole) is { } problem ? Problem.Result(StatusCodes.Status409Conflict, problem)
            : Results.NoContent()).For(Role.Responder).Says("Ends a silence.", answers: null);
    }

    private static async Task<IResult> AddAsync(AlertLoop alerts, TimeProvider time, HttpRequest request)
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

        return await alerts.AddAsync(silence)
            ? JsonResult.Of(json => SilenceJson.Write(json, silence, time.GetUtcNow()), StatusCodes.Status201Created)
            : Problem.Result(StatusCodes.Status507InsufficientStorage, $"there are {Silences.Capacity:N0} silences and none is over: expire some");
    }
}
