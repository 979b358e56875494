using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// How Azure Event Grid makes sure that whoever it is to deliver to wants it: it posts a code, which has to come back (Event Grid schema), or asks with OPTIONS
/// (CloudEvents 1.0, HTTP 1.1 Web Hooks, section 4).
/// </summary>
internal static class EventGridHandshake
{
    private const int LongestBody = 64 << 10;

    /// <summary>Whether a request is one.</summary>
    public static bool Is(HttpRequest request) => request.Headers["aeg-event-type"].ToString().Equals("SubscriptionValidation", StringComparison.OrdinalIgnoreCase);

    /// <summary>What to answer.</summary>
    public static async Task<WebhookAnswer> AnswerAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[LongestBody];
        var length = await body.ReadAtLeastAsync(bytes, LongestBody, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            var handshake = json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.GetArrayLength() > 0 ? json.RootElement[0] : json.RootElement;
            if (handshake.ValueKind == JsonValueKind.Object && handshake.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("validationCode", out var code) && code.ValueKind == JsonValueKind.String)
            {
                return new WebhookAnswer(200, JsonSerializer.Serialize(new Dictionary<string, string?> { ["validationResponse"] = code.GetString() })) { IsJson = true };
            }
        }
        catch (JsonException)
        {
            // No handshake.
        }

        return new WebhookAnswer(400, "The request says that it validates a subscription of Event Grid, and has no data.validationCode.");
    }

    /// <summary>Answers the question whether events of an origin are welcome.</summary>
    public static WebhookAnswer Allow(HttpContext context)
    {
        var origin = context.Request.Headers["WebHook-Request-Origin"].ToString();
        if (origin.Length == 0)
        {
            return new WebhookAnswer(400, "OPTIONS is for the handshake of CloudEvents: there is no WebHook-Request-Origin.");
        }

        context.Response.Headers["WebHook-Allowed-Origin"] = origin;
        context.Response.Headers["WebHook-Allowed-Rate"] = "*";
        return new WebhookAnswer(200, "Welcome.");
    }
}
