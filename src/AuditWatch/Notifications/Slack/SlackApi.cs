using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Slack;

/// <summary>Calls methods of Slack's Web API with a bot's token.</summary>
internal sealed class SlackApi(Uri address, Secret token, TimeProvider time) : IDisposable
{
    // Slack's answer repeats the message.
    private const int AnswerLimit = 1024 * 1024;

    // The words for what may go well another time. Everything else is about the token, the channel or the message.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
        "team_added_to_org", "org_login_required", "external_channel_migrating",
    };

    private readonly HttpSender _sender = new("Slack", time, AnswerLimit);

    /// <summary>Calls a method.</summary>
    /// <returns>How it went, with the message it was about as the receipt; and Slack's word for what is wrong, empty if it said none.</returns>
    public async Task<(DeliveryResult Result, string Error)> CallAsync(string method, JsonObject arguments, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, method));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        request.Content = new StringContent(arguments.ToJsonString(), Encoding.UTF8, "application/json");
        var answer = await _sender.SendAsync(request, cancellation);
        var said = Parse(answer.Body);
        var error = said?["error"] is JsonValue word && word.TryGetValue<string>(out var text) && SlackNotifier.WordPattern().IsMatch(text) ? text : "";
        var result = answer.ToResult(error);
        if (result.Outcome != DeliveryOutcome.Delivered)
        {
            return (result, error);
        }

        return said?["ok"] is JsonValue ok && ok.TryGetValue<bool>(out var taken)
            ? (taken ? result with { Receipt = Receipt(said) } : Refused(error, answer.RetryAfter), error)
            : (DeliveryResult.Rejected("the answer was not Slack's: is 'apiUrl' right?"), "");
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private static DeliveryResult Refused(string error, TimeSpan? retryAfter)
    {
        var reason = $"Slack says {(error.Length == 0 ? "no" : error)}";
        return Passing.Contains(error) ? DeliveryResult.Retry(reason, retryAfter) : DeliveryResult.Rejected(reason);
    }

    private static string? Receipt(JsonObject said) =>
        said["channel"] is JsonValue channel && said["ts"] is JsonValue timestamp ? SlackReceipt.Parse($"{channel}:{timestamp}")?.ToString() : null;

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
