using System.Collections.Concurrent;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Webhook;

/// <summary>Somebody's own receiver: takes whatever is posted to it.</summary>
public sealed class WebhookStandIn : ReceiverStandIn
{
    /// <summary>The headers and bodies that were taken.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> Taken { get; } = new();

    /// <summary>The address that behaves as <paramref name="behaviour"/> says, and has <paramref name="secret"/> in it.</summary>
    public string Address(string behaviour, string secret) => $"{Root}/hooks/{behaviour}/{secret}?key={secret}";

    protected override async Task AcceptAsync(HttpContext http, string[] path)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Taken.Enqueue((http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        http.Response.StatusCode = 202;
    }
}
