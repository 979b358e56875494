using System.Globalization;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>The audit event of an exec into a pod that has just happened, which raises the alert <c>exec_into_pod</c> and no other.</summary>
internal static class ExecEvent
{
    /// <summary>The event.</summary>
    /// <param name="actor">Who did it.</param>
    /// <param name="auditId">Tells it from others.</param>
    /// <param name="userAgent">With what.</param>
    public static string By(string actor, string auditId, string userAgent = "kubectl") => JsonSerializer.Serialize(new
    {
        kind = "Event",
        apiVersion = "audit.k8s.io/v1",
        level = "Metadata",
        auditID = auditId,
        stage = "ResponseStarted",
        requestURI = "/api/v1/namespaces/payments/pods/shell/exec?command=id",
        verb = "create",
        user = new { username = actor },
        sourceIPs = new[] { "203.0.113.7" },
        userAgent,
        objectRef = new { resource = "pods", @namespace = "payments", name = "shell", apiVersion = "v1", subresource = "exec" },
        responseStatus = new { code = 101 },
        requestReceivedTimestamp = Now(),
        stageTimestamp = Now(),
    });

    // Of a late one, the service would say so in an alert of its own.
    private static string Now() => TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
