using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>containers</c>: every container of the pod specification, init and ephemeral ones included, and what lies below them.
/// Up to Kubernetes 1.21 the body of <c>pods/ephemeralcontainers</c> has its containers at the top.
/// </summary>
internal sealed class ContainersFieldPath(string name, RelativePath below) : FieldPath(name)
{
    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        if (!below.MayLeadOn(ObjectAfter.Of(auditEvent)))
        {
            return false;
        }

        var spec = PodSpec.Of(auditEvent);
        return below.Any(RelativePath.Member(spec, "containers"u8), visitor)
            || below.Any(RelativePath.Member(spec, "initContainers"u8), visitor)
            || below.Any(RelativePath.Member(spec, "ephemeralContainers"u8), visitor)
            || below.Any(TopLevel(auditEvent), visitor);
    }

    public override bool Exists(in AuditEvent auditEvent)
    {
        if (!below.MayLeadOn(ObjectAfter.Of(auditEvent)))
        {
            return false;
        }

        var spec = PodSpec.Of(auditEvent);
        return below.Exists(RelativePath.Member(spec, "containers"u8))
            || below.Exists(RelativePath.Member(spec, "initContainers"u8))
            || below.Exists(RelativePath.Member(spec, "ephemeralContainers"u8))
            || below.Exists(TopLevel(auditEvent));
    }

    private static JsonValue TopLevel(in AuditEvent auditEvent) =>
        auditEvent[EventField.ObjectRefSubresource].Is("ephemeralcontainers"u8)
            ? RelativePath.Member(ObjectAfter.Of(auditEvent), "ephemeralContainers"u8)
            : default;
}
