using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.PagerDuty;

/// <summary>PagerDuty's side of the Events API v2: refuses what its documentation calls invalid, and keeps alerts by their keys.</summary>
public sealed class PagerDutyStandIn : ReceiverStandIn
{
    private static readonly string[] Severities = ["critical", "error", "warning", "info"];

    /// <summary>The events that were taken, in their order.</summary>
    public ConcurrentQueue<JsonObject> Taken { get; } = new();

    /// <summary>The state of the alert of each key: triggered, acknowledged or resolved.</summary>
    public ConcurrentDictionary<string, string> Alerts { get; } = new();

    /// <summary>The address that behaves as <paramref name="behaviour"/> says.</summary>
    public Uri Address(string behaviour) => new($"{Root}/v2/{behaviour}/enqueue");

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var json = body.Length <= 512 << 10 ? Parse(body.ToArray()) : null;
        var problem = json is null ? "not JSON, or more than 512 KB" : Violation(json);
        http.Response.StatusCode = problem is null ? 202 : 400;
        await http.Response.WriteAsync(problem is null
            ? new JsonObject { ["status"] = "success", ["message"] = "Event processed", ["dedup_key"] = (string?)json!["dedup_key"] }.ToJsonString()
            : new JsonObject { ["status"] = "invalid event", ["message"] = "Event object is invalid", ["errors"] = new JsonArray(problem, NotifierContract.Canary) }.ToJsonString());
        if (problem is null)
        {
            Take(json!);
        }
    }

    private void Take(JsonObject json)
    {
        var key = (string)json["dedup_key"]!;
        var before = Alerts.GetValueOrDefault(key, "resolved");
        Alerts[key] = ((string)json["event_action"]!, before) switch
        {
            ("trigger", "acknowledged") => "acknowledged",
            ("trigger", _) => "triggered",
            ("acknowledge", "triggered") => "acknowledged",
            ("acknowledge", _) => before,
            _ => "resolved",
        };
        Taken.Enqueue(json);
    }

    private static string? Violation(JsonObject json)
    {
        var payload = json["payload"] as JsonObject;
        return ((string?)json["routing_key"])?.Length != 32 ? "Length of 'routing_key' is incorrect (should be 32 characters)"
            : (string?)json["event_action"] is not ("trigger" or "acknowledge" or "resolve") ? "'event_action' is wrong"
            : ((string?)json["dedup_key"])?.Length is not (> 0 and <= 255) ? "'dedup_key' is wrong"
            : ((string?)payload?["summary"])?.Length is not (> 0 and <= 1024) ? "'payload.summary' is wrong"
            : string.IsNullOrWhiteSpace((string?)payload["source"]) ? "'payload.source' is missing"
            : !Severities.Contains((string?)payload["severity"]) ? "'payload.severity' is wrong"
            : !DateTimeOffset.TryParse((string?)payload["timestamp"], out _) ? "'payload.timestamp' is wrong"
            : json["links"]!.AsArray().Any(link => !Uri.TryCreate((string?)link!["href"], UriKind.Absolute, out _)) ? "'links' are wrong"
            : null;
    }

    private static JsonObject? Parse(byte[] body)
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
