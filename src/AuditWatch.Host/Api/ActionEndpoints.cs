using System.Globalization;
using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Host.Api.Description;
using AuditWatch.Web.Trail;

namespace AuditWatch.Host.Api;

/// <summary><c>GET /api/v1/actions</c>: what people did, the latest first, in pages.</summary>
internal static class ActionEndpoints
{
    private const int MaxLimit = 1_000;

    public static void MapActions(this IEndpointRouteBuilder api, ActionHistory history) => api
        .MapGet("actions", (string? who, string? about, string? before, string? limit) => Problem.IfUnreadable(() => List(history, who ?? "", about ?? "", before, limit))).ForAllClusters(Role.Viewer)
        .Says("What people did, by whom and about what the parameters say, before a time, the latest first. `next` is the `before` of the next page.", typeof(ActionPageShape));

    private static IResult List(ActionHistory history, string who, string about, string? before, string? limit)
    {
        DateTimeOffset? earlier = before is null ? null : SilenceTime.TryParse(before, out var time) ? time : DateTimeOffset.MinValue;
        var most = limit is null ? 100 : int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said is >= 1 and <= MaxLimit ? said : 0;
        if (earlier == DateTimeOffset.MinValue || most == 0)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, $"'before' is a time such as 2030-01-31T18:00:00Z, 'limit' a number from 1 to {MaxLimit}");
        }

        var (records, next) = history.Read(who, about, earlier, most);
        return JsonResult.Of(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("actions");
            foreach (var record in records)
            {
                record.Write(json);
            }

            json.WriteEndArray();
            json.WriteString("next", next is { } end ? SilenceTime.Write(end) : null);
            json.WriteEndObject();
        });
    }
}
