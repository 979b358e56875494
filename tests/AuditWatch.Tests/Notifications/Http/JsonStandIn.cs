using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>A service that takes a document of JSON at an address that is a secret, if it is as the service documents.</summary>
public abstract class JsonStandIn : ReceiverStandIn
{
    /// <summary>What was taken, in its order.</summary>
    public ConcurrentQueue<JsonObject> Taken { get; } = new();

    /// <summary>The address that behaves as <paramref name="behaviour"/> says, and has the canary in it.</summary>
    public Uri Address(string behaviour) => new($"{Root}/hooks/{behaviour}/{NotifierContract.Canary}?key={NotifierContract.Canary}");

    /// <summary>What is wrong with a document; null for nothing.</summary>
    protected abstract string? Violation(JsonObject document, long bytes, HttpRequest request);

    /// <summary>How the service says that it has taken a document.</summary>
    protected abstract (int Status, string Body) Thanks { get; }

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var document = JsonNode.Parse(body.ToArray())!.AsObject();
        var problem = http.Request.ContentType == "application/json" ? Violation(document, body.Length, http.Request) : "not JSON";
        http.Response.StatusCode = problem is null ? Thanks.Status : 400;
        if ((problem ?? Thanks.Body) is { Length: > 0 } answer)
        {
            await http.Response.WriteAsync(answer);
        }

        if (problem is null)
        {
            Taken.Enqueue(document);
        }
    }
}
