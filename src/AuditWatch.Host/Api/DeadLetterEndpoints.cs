using System.Text.Json;
using AuditWatch.Access;
using AuditWatch.Host.Api.Description;
using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/dead-letters</c>, <c>POST /api/v1/dead-letters/{key}/resend</c>, <c>DELETE /api/v1/dead-letters/{key}</c>; for all of them
/// <c>POST /api/v1/dead-letters/resend</c> and <c>DELETE /api/v1/dead-letters</c>, which answer <c>{"count":…}</c>. Leading zeros of a key can be left out.
/// </summary>
internal static class DeadLetterEndpoints
{
    private const int KeyLength = 16;

    public static void MapDeadLetters(this IEndpointRouteBuilder api, Outbox outbox)
    {
        api.MapGet("dead-letters", () => JsonResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (var letter in outbox.DeadLetters.All)
            {
                Write(json, letter);
            }

            json.WriteEndArray();
        })).ForAllClusters(Role.Viewer).Says("The notifications that were given up.", typeof(IReadOnlyList<DeadLetterShape>));
        api.MapPost("dead-letters/{key}/resend", async (string key) => await outbox.ResendAsync(Whole(key)) ? Results.NoContent() : NotFound(key)).ForAllClusters(Role.Responder)
            .Says("Sends one again.", answers: null);
        api.MapDelete("dead-letters/{key}", async (string key) => await outbox.DeadLetters.RemoveAsync(Whole(key)) ? Results.NoContent() : NotFound(key)).ForAllClusters(Role.Responder)
            .Says("Drops one.", answers: null);
        api.MapPost("dead-letters/resend", async () => Results.Json(new { count = await outbox.ResendAllAsync() })).ForAllClusters(Role.Responder)
            .Says("Sends all of them again.", typeof(CountShape));
        api.MapDelete("dead-letters", async () => Results.Json(new { count = await outbox.DeadLetters.RemoveAllAsync() })).ForAllClusters(Role.Responder)
            .Says("Drops all of them.", typeof(CountShape));
    }

    private static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        var notification = letter.Entry.Notification;
        json.WriteStartObject();
        json.WriteString("key", letter.Entry.Key);
        json.WriteString("receiver", letter.Entry.Integration);
        json.WriteString("reason", letter.Reason);
        json.WriteString("at", letter.At);
        json.WriteString("kind", notification.Kind.ToString().ToLowerInvariant());
        json.WriteString("dueAt", notification.DueAt);
        json.WriteStartArray("alerts");
        foreach (var alert in notification.Alerts)
        {
            json.WriteStringValue(alert.Id);
        }

        json.WriteEndArray();
        json.WriteNumber("moreAlerts", notification.MoreAlerts);
        json.WriteString("summary", notification.Alerts[0].Summary);
        json.WriteEndObject();
    }

    // Keys are numbers.
    private static string Whole(string key) => key.PadLeft(KeyLength, '0');

    private static IResult NotFound(string key) => Problem.Result(StatusCodes.Status404NotFound, $"there is no dead letter '{key}' for a receiver that exists");
}
