using System.Text.Json;

namespace AuditWatch.Events;

/// <summary>The names under which the fields found in the one pass stand in the JSON, and in detections.</summary>
internal static class EventFields
{
    private static readonly Dictionary<string, EventField> ByPath = new(StringComparer.Ordinal)
    {
        ["level"] = EventField.Level,
        ["auditID"] = EventField.AuditId,
        ["stage"] = EventField.Stage,
        ["requestURI"] = EventField.RequestUri,
        ["verb"] = EventField.Verb,
        ["user"] = EventField.User,
        ["user.username"] = EventField.UserName,
        ["user.groups"] = EventField.UserGroups,
        ["impersonatedUser"] = EventField.ImpersonatedUser,
        ["impersonatedUser.username"] = EventField.ImpersonatedUserName,
        ["sourceIPs"] = EventField.SourceIPs,
        ["userAgent"] = EventField.UserAgent,
        ["objectRef"] = EventField.ObjectRef,
        ["objectRef.resource"] = EventField.ObjectRefResource,
        ["objectRef.namespace"] = EventField.ObjectRefNamespace,
        ["objectRef.name"] = EventField.ObjectRefName,
        ["objectRef.apiGroup"] = EventField.ObjectRefApiGroup,
        ["objectRef.subresource"] = EventField.ObjectRefSubresource,
        ["responseStatus"] = EventField.ResponseStatus,
        ["responseStatus.code"] = EventField.ResponseStatusCode,
        ["requestObject"] = EventField.RequestObject,
        ["responseObject"] = EventField.ResponseObject,
        ["requestReceivedTimestamp"] = EventField.RequestReceivedTimestamp,
        ["stageTimestamp"] = EventField.StageTimestamp,
        ["annotations"] = EventField.Annotations,
    };

    /// <summary>The field that a path such as <c>objectRef.resource</c> names.</summary>
    public static bool TryGet(string path, out EventField field) => ByPath.TryGetValue(path, out field);

    /// <summary>Whether members of the field have slots of their own.</summary>
    public static bool HasMembers(EventField field) =>
        field is EventField.User or EventField.ImpersonatedUser or EventField.ObjectRef or EventField.ResponseStatus;

    /// <summary>The field whose key, at the top of an event, the reader stands on.</summary>
    public static bool TryFind(ref Utf8JsonReader reader, out EventField field)
    {
        if (reader.ValueIsEscaped)
        {
            return ByPath.TryGetValue(reader.GetString()!, out field) && !IsMember(field);
        }

        EventField? found = reader.ValueSpan switch
        {
            var key when key.SequenceEqual("level"u8) => EventField.Level,
            var key when key.SequenceEqual("auditID"u8) => EventField.AuditId,
            var key when key.SequenceEqual("stage"u8) => EventField.Stage,
            var key when key.SequenceEqual("requestURI"u8) => EventField.RequestUri,
            var key when key.SequenceEqual("verb"u8) => EventField.Verb,
            var key when key.SequenceEqual("user"u8) => EventField.User,
            var key when key.SequenceEqual("impersonatedUser"u8) => EventField.ImpersonatedUser,
            var key when key.SequenceEqual("sourceIPs"u8) => EventField.SourceIPs,
            var key when key.SequenceEqual("userAgent"u8) => EventField.UserAgent,
            var key when key.SequenceEqual("objectRef"u8) => EventField.ObjectRef,
            var key when key.SequenceEqual("responseStatus"u8) => EventField.ResponseStatus,
            var key when key.SequenceEqual("requestObject"u8) => EventField.RequestObject,
            var key when key.SequenceEqual("responseObject"u8) => EventField.ResponseObject,
            var key when key.SequenceEqual("requestReceivedTimestamp"u8) => EventField.RequestReceivedTimestamp,
            var key when key.SequenceEqual("stageTimestamp"u8) => EventField.StageTimestamp,
            var key when key.SequenceEqual("annotations"u8) => EventField.Annotations,
            _ => null,
        };
        field = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>The field whose key, within <paramref name="parent"/>, the reader stands on.</summary>
    public static bool TryFindMember(ref Utf8JsonReader reader, EventField parent, out EventField field)
    {
        EventField? found = parent switch
        {
            EventField.User when reader.ValueTextEquals("username"u8) => EventField.UserName,
            EventField.User when reader.ValueTextEquals("groups"u8) => EventField.UserGroups,
            EventField.ImpersonatedUser when reader.ValueTextEquals("username"u8) => EventField.ImpersonatedUserName,
            EventField.ObjectRef when reader.ValueTextEquals("resource"u8) => EventField.ObjectRefResource,
            EventField.ObjectRef when reader.ValueTextEquals("namespace"u8) => EventField.ObjectRefNamespace,
            EventField.ObjectRef when reader.ValueTextEquals("name"u8) => EventField.ObjectRefName,
            EventField.ObjectRef when reader.ValueTextEquals("apiGroup"u8) => EventField.ObjectRefApiGroup,
            EventField.ObjectRef when reader.ValueTextEquals("subresource"u8) => EventField.ObjectRefSubresource,
            EventField.ResponseStatus when reader.ValueTextEquals("code"u8) => EventField.ResponseStatusCode,
            _ => null,
        };
        field = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>Marks the members of <paramref name="parent"/> as missing.</summary>
    public static void ClearMembers(Span<int> slots, EventField parent)
    {
        var (first, last) = parent switch
        {
            EventField.User => (EventField.UserName, EventField.UserGroups),
            EventField.ImpersonatedUser => (EventField.ImpersonatedUserName, EventField.ImpersonatedUserName),
            EventField.ObjectRef => (EventField.ObjectRefResource, EventField.ObjectRefSubresource),
            _ => (EventField.ResponseStatusCode, EventField.ResponseStatusCode),
        };
        slots.Slice(2 + (2 * (int)first), 2 * (last - first + 1)).Clear();
    }

    private static bool IsMember(EventField field) =>
        field is EventField.UserName or EventField.UserGroups or EventField.ImpersonatedUserName or EventField.ResponseStatusCode
            or (>= EventField.ObjectRefResource and <= EventField.ObjectRefSubresource);
}
