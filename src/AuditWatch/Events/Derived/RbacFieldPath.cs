using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// A part of the authorization decision (<see cref="RbacDecision"/>): <c>rbac.binding</c>, the name of the binding, <c>rbac.namespace</c>, that of a RoleBinding,
/// <c>rbac.role</c>, the role, and <c>rbac.subject</c>, whom of the binding's subjects the request matched.
/// </summary>
internal sealed class RbacFieldPath(string name) : FieldPath(name)
{
    public const string Binding = "rbac.binding";
    public const string Namespace = "rbac.namespace";
    public const string Role = "rbac.role";
    public const string Subject = "rbac.subject";

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => Of(auditEvent) is { Length: > 0 } value && visitor.Visit(JsonValue.Text(value));

    public override bool Exists(in AuditEvent auditEvent) => Of(auditEvent).Length > 0;

    private byte[] Of(in AuditEvent auditEvent)
    {
        var decision = RbacDecision.Of(auditEvent);
        return Name switch
        {
            Binding => decision.Binding,
            Namespace => decision.Namespace,
            Role => decision.Role,
            _ => decision.Subject,
        };
    }
}
