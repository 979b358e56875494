using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>clientIP</c>: the last of the source addresses, which the API server took from the connection; those before it come from
/// X-Forwarded-For and X-Real-IP and can be forged (audit.k8s.io/v1, Event.sourceIPs).
/// </summary>
internal static class ClientIP
{
    public static JsonValue Of(in AuditEvent auditEvent)
    {
        // Addresses hold no quotes and no escapes: the last string is what stands between the last two quotes.
        var list = auditEvent[EventField.SourceIPs].Bytes;
        var end = list.LastIndexOf((byte)'"');
        if (end <= 0)
        {
            return default;
        }

        var start = list[..end].LastIndexOf((byte)'"');
        return start < 0 ? default : JsonValue.Text(list[(start + 1)..end]);
    }
}
