using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>binding.role</c>: the role that a request on a RoleBinding or ClusterRoleBinding binds. <c>binding.subjects</c>: whom it is given to, written
/// as <see cref="Principal"/>s; a service account without a namespace is one of the binding's own. Both come from <c>object</c>.
/// </summary>
internal sealed class BindingFieldPath(string name) : FieldPath(name)
{
    public const string Role = "binding.role";
    public const string Subjects = "binding.subjects";

    private static readonly RelativePath RoleName = RelativePath.Parse("roleRef.name");
    private static readonly RelativePath SubjectList = RelativePath.Parse("subjects");

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => IsOnBinding(auditEvent) && (Name == Role
        ? RoleName.Any(ObjectAfter.Of(auditEvent), visitor)
        : SubjectList.Any(ObjectAfter.Of(auditEvent), new SubjectVisitor(visitor, auditEvent)));

    public override bool Exists(in AuditEvent auditEvent) => IsOnBinding(auditEvent) && (Name == Role ? RoleName : SubjectList).Exists(ObjectAfter.Of(auditEvent));

    private static bool IsOnBinding(in AuditEvent auditEvent) =>
        auditEvent[EventField.ObjectRefResource] is var resource && (resource.Is("clusterrolebindings"u8) || resource.Is("rolebindings"u8))
        && auditEvent[EventField.ObjectRefApiGroup] is var group && (group.Is("rbac.authorization.k8s.io"u8) || group.Is("authorization.openshift.io"u8));

    private sealed class SubjectVisitor(IValueVisitor visitor, AuditEvent auditEvent) : IValueVisitor
    {
        public bool Visit(JsonValue value)
        {
            var kind = RelativePath.Member(value, "kind"u8);
            var name = RelativePath.Member(value, "name"u8);
            var space = RelativePath.Member(value, "namespace"u8);
            space = space.IsScalar && !space.Bytes.IsEmpty ? space : auditEvent[EventField.ObjectRefNamespace];
            if (!name.IsScalar)
            {
                return false;
            }

            var scratch = ArrayPool<byte>.Shared.Rent((2 * (name.Bytes.Length + space.Bytes.Length)) + Principal.Slack);
            try
            {
                var text = name.Unescape(scratch);
                var spaceText = space.Unescape(scratch.AsSpan(name.Bytes.Length));
                var room = scratch.AsSpan(name.Bytes.Length + space.Bytes.Length);
                return (kind.Is("User"u8) && visitor.Visit(JsonValue.Text(Principal.OfUser(text, room))))
                    || (kind.Is("Group"u8) && visitor.Visit(JsonValue.Text(Principal.OfGroup(text, room))))
                    || (kind.Is("ServiceAccount"u8) && visitor.Visit(JsonValue.Text(Principal.OfAccount(spaceText, text, room))));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(scratch);
            }
        }
    }
}
