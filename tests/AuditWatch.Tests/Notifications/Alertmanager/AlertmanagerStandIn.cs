using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Alertmanager;

/// <summary>An Alertmanager on a bad day, for what the real one cannot be asked to do.</summary>
public sealed class AlertmanagerStandIn : ReceiverStandIn
{
    /// <summary>The value of the header <c>Authorization</c> of the latest request.</summary>
    public string Authorization { get; private set; } = "";

    /// <summary>The address that behaves as <paramref name="behaviour"/> says, and has <paramref name="secret"/> in it.</summary>
    public string Address(string behaviour, string secret) => $"{Root}/am/{behaviour}/{secret}";

    protected override Task AcceptAsync(HttpContext http, string[] path)
    {
        Authorization = http.Request.Headers.Authorization.ToString();
        http.Response.StatusCode = http.Request.Path.Value!.EndsWith("/api/v2/alerts", StringComparison.Ordinal) ? 200 : 404;
        return Task.CompletedTask;
    }
}
