using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary><c>GET</c> and <c>POST /api/v1/silences</c>, <c>POST /api/v1/silences/{id}/expire</c>.</summary>
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
        })).For(Role.Viewer);
        api.MapPost("silences", async (HttpRequest request) => await AddAsync(alerts, time, request)).For(Role.Responder);
        api.MapPost("silences/{id}/expire", async (string id) =>
            await alerts.ExpireAsync(id) is not { } problem ? Results.NoContent()
            : Problem.Result(alerts.Snapshot.Silences.Any(silence => silence.Id == id) ? StatusCodes.Status409Conflict : StatusCodes.Status404NotFound, problem)).For(Role.Responder);
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
