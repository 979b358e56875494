using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// The authorization decision, parsed from the reason that the API server's RBAC authorizer gives: <c>rbac.binding</c>, the name of the binding,
/// <c>rbac.namespace</c>, that of a RoleBinding, <c>rbac.role</c>, the role, and <c>rbac.subject</c>, whom of the binding's subjects the request
/// matched, written as a <see cref="Principal"/>. The reason is written by k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac and
/// pkg/registry/rbac/validation; names stand in it as Go quotes texts (<c>%q</c>), so none can pretend to be another part of it:
/// <code>
///   RBAC: allowed by RoleBinding "app-edit/payments" of Role "app" to ServiceAccount "app/payments"
///   RBAC: allowed by ClusterRoleBinding "devs" of ClusterRole "dev" to Group "developers"
/// </code>
/// Access entries of EKS are written alike, with policies for roles, as audit logs of EKS show:
/// <code>
///   EKS Access Policy: allowed by ClusterRoleBinding "arn:…:role/admin+arn:…/AmazonEKSClusterAdminPolicy" of ClusterRole "arn:…/AmazonEKSClusterAdminPolicy" to User "AROA…"
/// </code>
/// </summary>
internal sealed class RbacFieldPath(string name) : FieldPath(name)
{
    public const string Binding = "rbac.binding";
    public const string Namespace = "rbac.namespace";
    public const string Role = "rbac.role";
    public const string Subject = "rbac.subject";

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        var reason = RelativePath.Member(auditEvent[EventField.Annotations], "authorization.k8s.io/reason"u8);
        if (!reason.IsScalar || LengthOfPrefix(reason.Bytes) is not (> 0 and var prefix))
        {
            return false;
        }

        var scratch = ArrayPool<byte>.Shared.Rent((3 * reason.Bytes.Length) + Principal.Slack);
        try
        {
            var room = scratch.AsSpan(reason.Bytes.Length);
            return Read(reason.Unescape(scratch)[prefix..], room, out var value) && visitor.Visit(JsonValue.Text(value));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public override bool Exists(in AuditEvent auditEvent) => Any(auditEvent, Anything.Instance);

    private static int LengthOfPrefix(ReadOnlySpan<byte> reason) =>
        reason.StartsWith("RBAC: allowed by "u8) ? "RBAC: allowed by ".Length
        : reason.StartsWith("EKS Access Policy: allowed by "u8) ? "EKS Access Policy: allowed by ".Length
        : 0;

    // ClusterRoleBinding "x" of ClusterRole "y" to Group "z"
    private bool Read(ReadOnlySpan<byte> text, Span<byte> room, out ReadOnlySpan<byte> value)
    {
        value = default;
        var rest = room;
        if (!TryTake(ref text, " of "u8, ref rest, out var bindingKind, out var binding)
            || !TryTake(ref text, " to "u8, ref rest, out _, out var role)
            || !TryTake(ref text, default, ref rest, out var subjectKind, out var subject))
        {
            return false;
        }

        // Names of bindings and of service accounts hold no slash.
        var isOfNamespace = bindingKind.SequenceEqual("RoleBinding"u8);
        var (bindingSlash, subjectSlash) = (binding.LastIndexOf((byte)'/'), subject.LastIndexOf((byte)'/'));
        value = Name switch
        {
            Binding => isOfNamespace && bindingSlash >= 0 ? binding[..bindingSlash] : binding,
            Namespace => isOfNamespace && bindingSlash >= 0 ? binding[(bindingSlash + 1)..] : default,
            Role => role,
            _ when subjectKind.SequenceEqual("User"u8) => Principal.OfUser(subject, rest),
            _ when subjectKind.SequenceEqual("Group"u8) => Principal.OfGroup(subject, rest),
            _ when subjectKind.SequenceEqual("ServiceAccount"u8) && subjectSlash >= 0 => Principal.OfAccount(subject[(subjectSlash + 1)..], subject[..subjectSlash], rest),
            _ => default,
        };
        return !value.IsEmpty;
    }

    private static bool TryTake(
        scoped ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator, scoped ref Span<byte> room, out ReadOnlySpan<byte> kind, out ReadOnlySpan<byte> name)
    {
        kind = name = default;
        var quote = text.IndexOf(" \""u8);
        if (quote < 0 || !GoQuotedText.TryRead(text[(quote + 1)..], room, out var used, out var length))
        {
            return false;
        }

        kind = text[..quote];
        name = room[..length];
        room = room[length..];
        text = text[(quote + 1 + used)..];
        if (!text.StartsWith(separator) || (separator.IsEmpty && !text.IsEmpty))
        {
            return false;
        }

        text = text[separator.Length..];
        return true;
    }

    private sealed class Anything : IValueVisitor
    {
        public static readonly Anything Instance = new();

        public bool Visit(JsonValue value) => true;
    }
}
