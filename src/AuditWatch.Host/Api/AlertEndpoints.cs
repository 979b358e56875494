using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Pipeline;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/alerts</c> (<c>?status=open,acknowledged&amp;level=high&amp;limit=100&amp;offset=0</c>: the most severe first), <c>GET /api/v1/alerts/{id}</c>,
/// <c>POST /api/v1/alerts/{id}/acknowledge</c> and <c>/close</c> with <c>{"by":"…"}</c>.
/// </summary>
internal static class AlertEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static void MapAlerts(this IEndpointRouteBuilder api, AlertStage stage)
    {
        api.MapGet("alerts", (string? status, string? level, int? limit, int? offset) => List(stage, status, level, limit ?? DefaultLimit, offset ?? 0));
        api.MapGet("alerts/{id}", (string id) => stage.Alerts.FirstOrDefault(alert => alert.Id == id) is { } alert
            ? JsonResult.Of(json => AlertJson.WriteWithStatus(json, alert))
            : NotFound(id));
        api.MapPost("alerts/{id}/acknowledge", async (string id, WhoRequest request) => await ChangeAsync(id, request, stage.AcknowledgeAsync, "is not open"));
        api.MapPost("alerts/{id}/close", async (string id, WhoRequest request) => await ChangeAsync(id, request, stage.CloseAsync, "is closed already, or unknown"));
    }

    private static IResult List(AlertStage stage, string? status, string? level, int limit, int offset)
    {
        var errors = new List<string>();
        var statuses = new HashSet<AlertStatus>();
        foreach (var word in (status ?? "open,acknowledged").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Enum.TryParse<AlertStatus>(word, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(word[0]))
            {
                statuses.Add(parsed);
            }
            else
            {
                errors.Add($"'{word}' is not a status: open, acknowledged or closed");
            }
        }

        var least = Level.Informational;
        if (level is not null && (!Enum.TryParse(level, ignoreCase: true, out least) || char.IsAsciiDigit(level[0])))
        {
            errors.Add($"'{level}' is not a level: informational, low, medium, high or critical");
        }

        if (limit is < 1 or > MaxLimit || offset < 0)
        {
            errors.Add($"'limit' is 1 to {MaxLimit}, 'offset' 0 or more");
        }

        if (errors.Count > 0)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        var alerts = stage.Alerts.Where(alert => statuses.Contains(alert.Status) && alert.Level >= least)
            .OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen).ToList();
        return JsonResult.Of(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", alerts.Count);
            json.WriteStartArray("alerts");
            foreach (var alert in alerts.Skip(offset).Take(limit))
            {
                AlertJson.WriteWithStatus(json, alert);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task<IResult> ChangeAsync(string id, WhoRequest request, Func<string, string, Task<bool>> change, string otherwise)
    {
        if (string.IsNullOrWhiteSpace(request.By) || request.By.Length > 200)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, "say who you are: {\"by\":\"…\"}, at most 200 characters");
        }

        return await change(id, request.By) ? Results.NoContent() : Problem.Result(StatusCodes.Status409Conflict, $"the alert '{id}' {otherwise}");
    }

    private static IResult NotFound(string id) => Problem.Result(StatusCodes.Status404NotFound, $"there is no alert '{id}'");

    private sealed record WhoRequest(string? By);
}
