using System.Globalization;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Page;

/// <summary>The audit event of an exec into a pod that has just happened.</summary>
internal static class PageEvent
{
    /// <summary>Text that a page which trusted it would run, follow or be broken by.</summary>
    public const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202Egnp\u202C javascript:alert(3) {{7*7}}";

    /// <summary>The event; what else there is of it is hostile.</summary>
    public static string Exec(string user, string pod, string command = $"echo {Hostile}") => JsonSerializer.Serialize(new
    {
        kind = "Event",
        apiVersion = "audit.k8s.io/v1",
        level = "Metadata",
        auditID = Guid.NewGuid().ToString(),
        stage = "ResponseStarted",
        verb = "create",
        requestURI = $"/api/v1/namespaces/payments/pods/{Uri.EscapeDataString(pod)}/exec?command={string.Join("&command=", command.Split(' ').Select(Uri.EscapeDataString))}",
        user = new { username = user, groups = new[] { "system:authenticated" } },
        sourceIPs = new[] { "203.0.113.7" },
        userAgent = Hostile,
        objectRef = new { resource = "pods", @namespace = "payments", name = pod, subresource = "exec", apiVersion = "v1" },
        responseStatus = new { code = 101 },
        requestReceivedTimestamp = Now(),
        stageTimestamp = Now(),
    });

    private static string Now() => TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
