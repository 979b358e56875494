using System.Collections.Concurrent;
using System.Text;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Whatever is posted to over HTTP, each below a path of its own: keeps what came, and takes it, but for what comes below <c>/refused</c>.</summary>
internal sealed class EveryReceiver : HttpStandIn
{
    private readonly ConcurrentDictionary<string, string> _bodies = new(StringComparer.Ordinal);

    /// <summary>What has come, by the first part of the path: the bodies, as characters of Latin-1.</summary>
    public IReadOnlyDictionary<string, string> Bodies => _bodies;

    protected override async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var receiver = http.Request.Path.Value!.Split('/')[1];
        _bodies.AddOrUpdate(receiver, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
        http.Response.StatusCode = receiver == "refused" ? 400 : 200;
    }
}
