using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Splunk;

/// <summary>Splunk's side of the HTTP Event Collector, with the codes that it documents. The token may write to the index <c>k8s</c> only.</summary>
public sealed class SplunkStandIn : ReceiverStandIn
{
    /// <summary>The events of each request that was taken.</summary>
    public ConcurrentQueue<IReadOnlyList<JsonObject>> Taken { get; } = new();

    /// <summary>The collector that behaves as <paramref name="behaviour"/> says.</summary>
    public Uri Address(string behaviour) => new($"{Root}/splunk/{behaviour}/");

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        using var reader = new StreamReader(http.Request.Body);
        var events = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var (status, text, code) = string.Join('/', path[3..]) != "services/collector/event" ? (404, "Not found", 404)
            : http.Request.Headers.Authorization != $"Splunk {NotifierContract.Canary}" ? (403, $"Invalid token {NotifierContract.Canary}", 4)
            : !Guid.TryParse(http.Request.Headers["X-Splunk-Request-Channel"], out _) ? (400, "Data channel is missing", 10)
            : events.Count == 0 ? (400, "No data", 5)
            : events.Any(one => one["event"] is not JsonObject || one["time"]!.GetValueKind() != JsonValueKind.Number) ? (400, "Invalid data format", 6)
            : events.Any(one => one["index"] is { } index && (string?)index != "k8s") ? (400, "Incorrect index", 7)
            : (200, "Success", 0);
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(new JsonObject { ["text"] = text, ["code"] = code }.ToJsonString());
        if (code == 0)
        {
            Taken.Enqueue(events);
        }
    }
}
