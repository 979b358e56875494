using System.Text.Json;
using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Monitoring;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/sources</c>: what has spoken or is expected to, each cluster of a source by itself. <c>POST /api/v1/sources/{id}/forget</c> takes <c>{"by":"…"}</c>: it is watched no longer, until it speaks again. An
/// id can be the beginning of one.
/// </summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder api, AuditWatchService service)
    {
        api.MapGet("sources", () => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var source in service.SourceWatch.Sources)
            {
                Write(json, source);
            }

            json.WriteEndArray();
        })).Says("What has spoken or is expected to, each cluster of a source by itself.", typeof(IReadOnlyList<SourceShape>)).ForAllClusters(Role.Viewer);
        api.MapPost("sources/{id}/forget", (string id, HttpRequest request) => ForgetAsync(service, id, request))
            .Says("Watch a source no longer, until it speaks again. What was told of it is closed.", null, typeof(WhoShape)).ForAllClusters(Role.Responder);
    }

    private static async Task<IResult> ForgetAsync(AuditWatchService service, string id, HttpRequest request)
    {
        var (body, unusable) = await ApiBody.ReadAsync(request);
        if (unusable is not null)
        {
            return unusable;
        }

        return WhoBody.Read(body, out var errors) is not { } who ? Problem.Result(StatusCodes.Status400BadRequest, errors)
            : OneId.Of(id, service.SourceWatch.Sources.Select(source => source.Id), "source", out var refusal) is not { } whole ? refusal!
            : await service.ForgetAsync(whole, who) is { } problem ? Problem.Result(StatusCodes.Status409Conflict, problem)
            : Results.NoContent();
    }

    private static void Write(Utf8JsonWriter json, WatchedSource source)
    {
        json.WriteStartObject();
        json.WriteString("id", source.Id);
        json.WriteString("kind", source.Kind);
        json.WriteString("source", source.Source);
        json.WriteString("cluster", source.Cluster);
        json.WriteString("state", source.State);
        json.WriteBoolean("expected", source.IsExpected);
        WriteTime(json, "firstEventsAt", source.FirstSpokeAt);
        WriteTime(json, "lastEventsAt", source.SpokeAt);
        if (source.Lag is { } lag)
        {
            json.WriteNumber("lagSeconds", Math.Round(lag.TotalSeconds, 3));
        }
        else
        {
            json.WriteNull("lagSeconds");
        }

        json.WriteNumber("rejected", source.Rejected);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) => json.WriteString(name, time is { } at ? SilenceTime.Write(at) : null);
}
