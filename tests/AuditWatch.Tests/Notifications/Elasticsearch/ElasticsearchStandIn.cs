using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuditWatch.Tests.Notifications.Elasticsearch;

/// <summary>
/// Elasticsearch's side of a bulk request to a data stream: takes creations only, each id once, and no address that is none. A behaviour such as <c>second-429-es_rejected_execution_exception</c>
/// has the second document refused.
/// </summary>
public sealed class ElasticsearchStandIn : ReceiverStandIn
{
    // What http.max_content_length is unless somebody changes it.
    private const long MostBytes = 100 << 20;

    /// <summary>The documents of each request, taken or not.</summary>
    public ConcurrentQueue<IReadOnlyList<JsonObject>> Requests { get; } = new();

    /// <summary>The documents that are there, by their ids.</summary>
    public ConcurrentDictionary<string, JsonObject> Documents { get; } = new();

    /// <summary>The address that behaves as <paramref name="behaviour"/> says.</summary>
    public Uri Address(string behaviour) => new($"{Root}/es/{behaviour}/");

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostBytes;
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        http.Response.ContentType = "application/json";
        if (path[3..] is not ["logs-auditwatch.alerts-default", "_bulk"] || http.Request.ContentType != "application/x-ndjson" || !body.EndsWith('\n'))
        {
            http.Response.StatusCode = 400;
        }
        else if (http.Request.Headers.Authorization != $"ApiKey {NotifierContract.Canary}")
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync($$"""{"error":{"type":"security_exception","reason":"unable to authenticate {{NotifierContract.Canary}}"},"status":401}""");
        }
        else
        {
            var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
            Requests.Enqueue([.. lines.Where((_, index) => index % 2 == 1)]);
            var second = path[2].StartsWith("second-", StringComparison.Ordinal) ? path[2].Split('-')[1..] : null;
            var items = lines.Chunk(2).Select((pair, index) => index == 1 && second is [var status, var type] ? Item(int.Parse(status, CultureInfo.InvariantCulture), type) : Create(pair[0], pair[1])).ToArray<JsonNode>();
            await http.Response.WriteAsync(new JsonObject { ["errors"] = items.Any(item => (int)item["create"]!["status"]! >= 300), ["items"] = new JsonArray(items) }.ToJsonString());
        }
    }

    private JsonObject Create(JsonObject action, JsonObject document) =>
        (string?)document["@timestamp"] is null ? Item(400, "document_parsing_exception")
        : document["source"]?["ip"] is { } address && !System.Net.IPAddress.TryParse((string?)address, out _) ? Item(400, "document_parsing_exception")
        : Documents.TryAdd((string)action["create"]!["_id"]!, document) ? Item(201) : Item(409, "version_conflict_engine_exception");

    private static JsonObject Item(int status, string? problem = null)
    {
        var result = new JsonObject { ["status"] = status };
        if (problem is not null)
        {
            result["error"] = new JsonObject { ["type"] = problem, ["reason"] = NotifierContract.Canary };
        }

        return new JsonObject { ["create"] = result };
    }
}
