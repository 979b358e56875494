using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>change</c>: what the request sets, in contrast to the whole object. For a create the object; for a patch its body, of any patch type (a JSON Patch
/// as the merge patch that says the same: see <see cref="JsonPatchText"/>); of an update the object, or nothing if the server found nothing to change.
/// What a patch removes is <c>null</c>. Missing where the body was not recorded.
/// </summary>
internal static class Change
{
    public static JsonValue Of(in AuditEvent auditEvent)
    {
        var verb = auditEvent[EventField.Verb];
        if (IsCreation(auditEvent, verb))
        {
            return ObjectAfter.Of(auditEvent);
        }

        if (verb.Is("update"u8))
        {
            return ChangesNothing(auditEvent) ? default : ObjectAfter.Of(auditEvent);
        }

        var patch = verb.Is("patch"u8) ? auditEvent.OnTape(auditEvent[EventField.RequestObject]) : default;
        return patch.Kind switch
        {
            JsonKind.Array => auditEvent.AsMergePatch(patch),
            JsonKind.Object => patch,
            _ => default,
        };
    }

    /// <summary>
    /// Whether the answer shows that no specification was changed: its generation, which the API server counts up with each change, is one that the
    /// controller had seen before. So it is of an apply that repeats what is there.
    /// </summary>
    public static bool LeavesSpec(in AuditEvent auditEvent)
    {
        var answer = auditEvent.OnTape(auditEvent[EventField.ResponseObject]);
        if (answer.Kind != JsonKind.Object || IsCreation(auditEvent, auditEvent[EventField.Verb]))
        {
            return false;
        }

        var generation = RelativePath.Member(RelativePath.Member(answer, "metadata"u8), "generation"u8);
        var observed = RelativePath.Member(RelativePath.Member(answer, "status"u8), "observedGeneration"u8);
        return generation.Kind == JsonKind.Number && observed.Kind == JsonKind.Number && generation.Bytes.SequenceEqual(observed.Bytes);
    }

    // Server-side apply creates with a patch, and a few kinds are created by an update.
    private static bool IsCreation(in AuditEvent auditEvent, JsonValue verb) =>
        verb.Is("create"u8) || ((verb.Is("patch"u8) || verb.Is("update"u8)) && auditEvent[EventField.ResponseStatusCode].Bytes.SequenceEqual("201"u8));

    // An update names the version it is of, or is refused; a version that stays the same was not written (k8s.io/apiserver, storage/etcd3).
    private static bool ChangesNothing(in AuditEvent auditEvent)
    {
        var before = VersionOf(auditEvent.OnTape(auditEvent[EventField.RequestObject]));
        return before.Kind == JsonKind.String && !before.Bytes.IsEmpty
            && before.Bytes.SequenceEqual(VersionOf(auditEvent.OnTape(auditEvent[EventField.ResponseObject])).Bytes);
    }

    private static JsonValue VersionOf(JsonValue body) => RelativePath.Member(RelativePath.Member(body, "metadata"u8), "resourceVersion"u8);
}
