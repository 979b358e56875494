using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Opsgenie;

/// <summary>Opsgenie's side of the Alert API: refuses what is longer than its documentation allows, and keeps alerts by their aliases.</summary>
public sealed class OpsgenieStandIn : ReceiverStandIn
{
    /// <summary>What was taken, in its order: the requests' bodies with their <c>method</c> and <c>path</c>.</summary>
    public ConcurrentQueue<JsonObject> Taken { get; } = new();

    /// <summary>The state of the alert of each alias, with its priority: <c>open P2</c>.</summary>
    public ConcurrentDictionary<string, string> Alerts { get; } = new();

    /// <summary>The address of the API that behaves as <paramref name="behaviour"/> says.</summary>
    public Uri Address(string behaviour) => new($"{Root}/ops/{behaviour}/");

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        var json = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        if (http.Request.Headers.Authorization != $"GenieKey {NotifierContract.Canary}")
        {
            http.Response.StatusCode = 401;
            return;
        }

        string[] rest = path[3..];
        var (alias, verb) = rest switch
        {
            ["v2", "alerts"] => ((string?)json["alias"], "create"),
            ["v2", "alerts", var known, var action] when http.Request.Query["identifierType"] == "alias" => (known, action),
            _ => (null, ""),
        };
        var isFine = alias?.Length is > 0 and <= 512 && (verb == "create" ? Fits(json) : verb == "priority" ? http.Request.Method == "PUT" : Length(json, "note") <= 25_000 && Length(json, "user") <= 100);
        http.Response.StatusCode = isFine ? 202 : 422;
        await http.Response.WriteAsync("""{"result":"Request will be processed","took":0.3,"requestId":"43a29c5c-3dbf-4fa4-9c26-f4f71023e120"}""");
        if (isFine)
        {
            var before = Alerts.GetValueOrDefault(alias!, "closed");
            Alerts[alias!] = (verb, before.Split(' ')[0]) switch
            {
                ("create", "closed") => $"open {json["priority"]}",
                ("priority", not "closed") => $"{before.Split(' ')[0]} {json["priority"]}",
                ("acknowledge", "open") => before.Replace("open", "acknowledged", StringComparison.Ordinal),
                ("close", _) => "closed",
                _ => before,
            };
            json["path"] = string.Join('/', rest);
            Taken.Enqueue(json);
        }
    }

    private static bool Fits(JsonObject json) =>
        Length(json, "message") is > 0 and <= 130 && Length(json, "description") <= 15_000 && Length(json, "entity") <= 512 && Length(json, "source") <= 100
        && json["tags"]!.AsArray() is { Count: <= 20 } tags && tags.All(tag => ((string)tag!).Length <= 50)
        && json["details"]!.AsObject().Sum(pair => pair.Key.Length + ((string)pair.Value!).Length) <= 8_000
        && (string?)json["priority"] is "P1" or "P2" or "P3" or "P4" or "P5";

    private static int Length(JsonObject json, string key) => ((string?)json[key] ?? "").Length;
}
