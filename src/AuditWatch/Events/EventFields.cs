namespace AuditWatch.Events;

/// <summary>The names of the indexed fields in JSON and in detections. Safe for any number of threads.</summary>
internal static class EventFields
{
    private static readonly Dictionary<string, EventField> ByPath = new(StringComparer.Ordinal)
    {
        ["kind"] = EventField.Kind,
        ["apiVersion"] = EventField.ApiVersion,
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

    /// <summary>All indexed fields, by path.</summary>
    public static IReadOnlyDictionary<string, EventField> Paths => ByPath;

    /// <summary>The field of a path such as <c>objectRef.resource</c>.</summary>
    public static bool TryGet(string path, out EventField field) => ByPath.TryGetValue(path, out field);

    /// <summary>Whether members of the field are indexed, too.</summary>
    public static bool HasMembers(EventField field) =>
        field is EventField.User or EventField.ImpersonatedUser or EventField.ObjectRef or EventField.ResponseStatus;

    /// <summary>The field of a key at the top of an event.</summary>
    public static bool TryFind(ReadOnlySpan<byte> key, out EventField field)
    {
        EventField? found = key switch
        {
            _ when key.SequenceEqual("kind"u8) => EventField.Kind,
            _ when key.SequenceEqual("apiVersion"u8) => EventField.ApiVersion,
            _ when key.SequenceEqual("level"u8) => EventField.Level,
            _ when key.SequenceEqual("auditID"u8) => EventField.AuditId,
            _ when key.SequenceEqual("stage"u8) => EventField.Stage,
            _ when key.SequenceEqual("requestURI"u8) => EventField.RequestUri,
            _ when key.SequenceEqual("verb"u8) => EventField.Verb,
            _ when key.SequenceEqual("user"u8) => EventField.User,
            _ when key.SequenceEqual("impersonatedUser"u8) => EventField.ImpersonatedUser,
            _ when key.SequenceEqual("sourceIPs"u8) => EventField.SourceIPs,
            _ when key.SequenceEqual("userAgent"u8) => EventField.UserAgent,
            _ when key.SequenceEqual("objectRef"u8) => EventField.ObjectRef,
            _ when key.SequenceEqual("responseStatus"u8) => EventField.ResponseStatus,
            _ when key.SequenceEqual("requestObject"u8) => EventField.RequestObject,
            _ when key.SequenceEqual("responseObject"u8) => EventField.ResponseObject,
            _ when key.SequenceEqual("requestReceivedTimestamp"u8) => EventField.RequestReceivedTimestamp,
            _ when key.SequenceEqual("stageTimestamp"u8) => EventField.StageTimestamp,
            _ when key.SequenceEqual("annotations"u8) => EventField.Annotations,
            _ => null,
        };
        field = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>The field of a key within <paramref name="parent"/>.</summary>
    public static bool TryFindMember(ReadOnlySpan<byte> key, EventField parent, out EventField field)
    {
        EventField? found = parent switch
        {
            EventField.User when key.SequenceEqual("username"u8) => EventField.UserName,
            EventField.User when key.SequenceEqual("groups"u8) => EventField.UserGroups,
            EventField.ImpersonatedUser when key.SequenceEqual("username"u8) => EventField.ImpersonatedUserName,
            EventField.ObjectRef when key.SequenceEqual("resource"u8) => EventField.ObjectRefResource,
            EventField.ObjectRef when key.SequenceEqual("namespace"u8) => EventField.ObjectRefNamespace,
            EventField.ObjectRef when key.SequenceEqual("name"u8) => EventField.ObjectRefName,
            EventField.ObjectRef when key.SequenceEqual("apiGroup"u8) => EventField.ObjectRefApiGroup,
            EventField.ObjectRef when key.SequenceEqual("subresource"u8) => EventField.ObjectRefSubresource,
            EventField.ResponseStatus when key.SequenceEqual("code"u8) => EventField.ResponseStatusCode,
            _ => null,
        };
        field = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>Clears the slots of the members of <paramref name="parent"/>: they are missing.</summary>
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
}
