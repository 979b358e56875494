using System.Text.Json;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>The audit event of an exec into a pod, which raises the alert <c>exec_into_pod</c>.</summary>
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
        requestReceivedTimestamp = "2026-11-21T00:00:00.000000Z",
        stageTimestamp = "2026-11-21T00:00:00.000000Z",
    });
}
