using System.Globalization;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Audit events of what has just happened: an exec into a pod, a patch of a deployment.</summary>
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

    /// <summary>The event of a patch of a deployment that has just happened.</summary>
    public static string Patch(string user, string name, object patch) => JsonSerializer.Serialize(new
    {
        kind = "Event",
        apiVersion = "audit.k8s.io/v1",
        level = "RequestResponse",
        auditID = Guid.NewGuid().ToString(),
        stage = "ResponseComplete",
        verb = "patch",
        requestURI = $"/apis/apps/v1/namespaces/payments/deployments/{Uri.EscapeDataString(name)}?fieldManager=kubectl-patch",
        user = new { username = user, groups = new[] { "system:authenticated" } },
        sourceIPs = new[] { "203.0.113.7" },
        userAgent = "kubectl/v1.32.4",
        objectRef = new { resource = "deployments", @namespace = "payments", name, apiGroup = "apps", apiVersion = "v1" },
        responseStatus = new { code = 200 },
        requestObject = patch,
        requestReceivedTimestamp = Now(),
        stageTimestamp = Now(),
    });

    /// <summary>A patch that takes over the node of a deployment's pods; other texts in it are hostile.</summary>
    public static object HostilePatch => new
    {
        metadata = new { annotations = new Dictionary<string, string?> { [Hostile] = Hostile, ["gone"] = null } },
        spec = new { template = new { spec = new { hostPID = true, containers = new[] { new { name = Hostile, image = Hostile, command = Enumerable.Repeat(Hostile, 3) } } } } },
    };

    private static string Now() => TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
