using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>object</c>: the object as it stands after the request. The answer's body where it is the object; else the request's body, which for a
/// patch is only what was to change (of a JSON Patch, as a merge patch would say it). A Status, a list or a table is no object, nor are the options of a delete.
/// </summary>
internal static class ObjectAfter
{
    private static readonly Func<AuditEvent, Range> Found = static auditEvent => auditEvent.RangeOf(Find(auditEvent));

    public static JsonValue Of(in AuditEvent auditEvent)
    {
        var found = auditEvent.Body(EventBody.Object, Found);
        return found.Kind == JsonKind.Array ? auditEvent.AsMergePatch(found) : found;
    }

    private static JsonValue Find(in AuditEvent auditEvent)
    {
        var answer = auditEvent.OnTape(auditEvent[EventField.ResponseObject]);
        if (answer.Kind == JsonKind.Object && IsObject(answer))
        {
            return answer;
        }

        var asked = auditEvent.OnTape(auditEvent[EventField.RequestObject]);
        return asked.Kind == JsonKind.Array || IsObject(asked) ? asked : default;
    }

    private static bool IsObject(JsonValue body)
    {
        var kind = RelativePath.Member(body, "kind"u8);
        return !kind.Is("Status"u8) && !kind.Is("Table"u8) && !kind.Is("DeleteOptions"u8) && !kind.Bytes.EndsWith("List"u8);
    }
}
