using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>outcome</c>: allowed; denied for 401 and 403; failed for any other status from 400; started where there is no status yet.
/// </summary>
internal static class Outcome
{
    public static JsonValue Of(in AuditEvent auditEvent)
    {
        if (!auditEvent[EventField.ResponseStatusCode].TryGetInt64(out var code))
        {
            return auditEvent[EventField.Stage].Is("Panic"u8) ? JsonValue.Text("failed"u8) : JsonValue.Text("started"u8);
        }

        return code switch
        {
            401 or 403 => JsonValue.Text("denied"u8),
            >= 400 => JsonValue.Text("failed"u8),
            _ => JsonValue.Text("allowed"u8),
        };
    }
}
