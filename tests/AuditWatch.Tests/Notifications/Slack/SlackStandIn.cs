using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Slack;

/// <summary>
/// Slack's side of an incoming webhook and of the Web API: refuses, in Slack's words, what Slack documents as invalid. Paths of the Web API may ask for
/// a refusal: <c>error-WORD</c> of everything, <c>update-WORD</c> of updates, <c>reply-WORD</c> of replies.
/// </summary>
public sealed class SlackStandIn : ReceiverStandIn
{
    private readonly ConcurrentDictionary<string, JsonObject> _messages = new();
    private int _clock;

    /// <summary>What was taken, in its order: the payloads of webhooks, and the arguments of the Web API with its <c>method</c>.</summary>
    public ConcurrentQueue<JsonObject> Taken { get; } = new();

    /// <summary>The address of the webhook that behaves as <paramref name="behaviour"/> says, and has <paramref name="secret"/> in it.</summary>
    public string Address(string behaviour, string secret) => $"{Root}/services/{behaviour}/{secret}";

    /// <summary>The address of the Web API that behaves as <paramref name="behaviour"/> says.</summary>
    public Uri Api(string behaviour) => new($"{Root}/api/{behaviour}/");

    /// <summary>The message as the channel shows it now; null if there is none.</summary>
    public JsonObject? Message(string receipt) => _messages.GetValueOrDefault(receipt);

    /// <summary>What somebody does who is tired of it.</summary>
    public void Delete(string receipt) => _messages.TryRemove(receipt, out _);

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        var payload = await ReadAsync(http.Request);
        if (path[1] == "services")
        {
            var problem = payload is null ? "invalid_payload" : SlackRules.Violation(payload);
            http.Response.StatusCode = problem is null ? 200 : 400;
            await http.Response.WriteAsync(problem ?? "ok");
            if (problem is null)
            {
                Taken.Enqueue(payload!);
            }

            return;
        }

        var answer = payload is null ? Refusal("invalid_json")
            : http.Request.Headers.Authorization.ToString() is var token && !token.StartsWith("Bearer xoxb-", StringComparison.Ordinal) ? Refusal("invalid_auth")
            : Call(path[3], path[2].Split('-', 2), payload);
        http.Response.Headers.RetryAfter = (string?)answer["error"] == "ratelimited" ? "30" : default;
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Call(string method, string[] behaviour, JsonObject arguments)
    {
        var isReply = arguments.ContainsKey("thread_ts");
        if (behaviour[0] == "error" || (behaviour[0] == "update" && method == "chat.update") || (behaviour[0] == "reply" && isReply))
        {
            return Refusal(behaviour[1]);
        }

        var message = arguments.DeepClone().AsObject();
        string[] others = method == "chat.update" ? ["channel", "ts"] : ["channel", "thread_ts", "unfurl_links", "unfurl_media"];
        foreach (var other in others)
        {
            message.Remove(other);
        }

        var channel = (string?)arguments["channel"] ?? "";
        var first = $"{channel}:{(string?)arguments["ts"] ?? (string?)arguments["thread_ts"]}";
        if (SlackRules.Violation(message) is { } violation)
        {
            return Refusal(violation);
        }

        if (channel != "C0123456789")
        {
            return Refusal("channel_not_found");
        }

        if ((method == "chat.update" || isReply) && !_messages.ContainsKey(first))
        {
            return Refusal(isReply ? "thread_not_found" : "message_not_found");
        }

        var timestamp = method == "chat.update" ? (string)arguments["ts"]! : string.Create(CultureInfo.InvariantCulture, $"1700000000.{Interlocked.Increment(ref _clock):000000}");
        _messages[$"{channel}:{timestamp}"] = message;
        arguments["method"] = method;
        Taken.Enqueue(arguments);
        return new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = timestamp, ["message"] = message.DeepClone() };
    }

    private static JsonObject Refusal(string error) => new() { ["ok"] = false, ["error"] = error };

    private static async Task<JsonObject?> ReadAsync(HttpRequest request)
    {
        if (request.Method != "POST" || request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        try
        {
            return (await JsonNode.ParseAsync(request.Body))!.AsObject();
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
