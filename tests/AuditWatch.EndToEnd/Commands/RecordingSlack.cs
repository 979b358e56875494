using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>Slack, as far as messages go: takes those of a bot and those of an incoming webhook at <c>/hook</c>, and remembers all in the order they came.</summary>
internal sealed class RecordingSlack : HttpStandIn
{
    private readonly List<(string Path, JsonNode Body)> _posts = [];

    public IReadOnlyList<(string Path, JsonNode Body)> Posts
    {
        get
        {
            lock (_posts)
            {
                return [.. _posts];
            }
        }
    }

    protected override async Task AnswerAsync(HttpContext http)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
        lock (_posts)
        {
            _posts.Add((http.Request.Path, body));
        }

        await http.Response.WriteAsync(http.Request.Path.StartsWithSegments("/hook") ? "ok" : """{"ok":true,"channel":"C0123456789","ts":"1700000000.000001"}""");
    }
}
