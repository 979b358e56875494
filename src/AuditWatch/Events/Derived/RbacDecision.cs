using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// The authorization decision, parsed from the reason that the API server's RBAC authorizer gives in the annotations. The reason is written by k8s.io/kubernetes,
/// plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation; names stand in it as Go quotes texts (<c>%q</c>), so none can pretend to be another part of it:
/// <code>
///   RBAC: allowed by RoleBinding "app-edit/payments" of Role "app" to ServiceAccount "app/payments"
///   RBAC: allowed by ClusterRoleBinding "devs" of ClusterRole "dev" to Group "developers"
/// </code>
/// Access entries of EKS are written alike, with policies for roles, as audit logs of EKS show:
/// <code>
///   EKS Access Policy: allowed by ClusterRoleBinding "arn:…:role/admin+arn:…/AmazonEKSClusterAdminPolicy" of ClusterRole "arn:…/AmazonEKSClusterAdminPolicy" to User "AROA…"
/// </code>
/// All parts are text in UTF-8, empty where the reason has none. A cluster has few reasons, so each thread remembers some by the annotations they stand in. Immutable.
/// </summary>
internal sealed class RbacDecision
{
    private const int Places = 512;
    private const int Longest = 1_024;

    private static readonly RbacDecision None = new();

    [ThreadStatic]
    private static (byte[] Annotations, RbacDecision Decision)[]? _known;

    /// <summary>The name of the binding.</summary>
    public byte[] Binding { get; private init; } = [];

    /// <summary>The namespace of a RoleBinding.</summary>
    public byte[] Namespace { get; private init; } = [];

    /// <summary>The name of the role.</summary>
    public byte[] Role { get; private init; } = [];

    /// <summary>Whom of the binding's subjects the request matched, as a <see cref="Principal"/>.</summary>
    public byte[] Subject { get; private init; } = [];

    /// <summary>The decision about an event's request; all empty if the authorizer was another, or the request was refused.</summary>
    public static RbacDecision Of(in AuditEvent auditEvent)
    {
        var annotations = auditEvent[EventField.Annotations];
        if (annotations.Bytes.Length is 0 or > Longest)
        {
            return Parse(annotations);
        }

        var hash = default(HashCode);
        hash.AddBytes(annotations.Bytes);
        ref var known = ref (_known ??= new (byte[], RbacDecision)[Places])[(uint)hash.ToHashCode() % Places];
        if (known.Annotations is null || !annotations.Bytes.SequenceEqual(known.Annotations))
        {
            known = (annotations.Bytes.ToArray(), Parse(annotations));
        }

        return known.Decision;
    }

    private static RbacDecision Parse(JsonValue annotations)
    {
        var reason = RelativePath.Member(annotations, "authorization.k8s.io/reason"u8);
        if (!reason.IsScalar || LengthOfPrefix(reason.Bytes) is not (> 0 and var prefix))
        {
            return None;
        }

        var scratch = ArrayPool<byte>.Shared.Rent((3 * reason.Bytes.Length) + Principal.Slack);
        try
        {
            return Read(reason.Unescape(scratch)[prefix..], scratch.AsSpan(reason.Bytes.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static int LengthOfPrefix(ReadOnlySpan<byte> reason) =>
        reason.StartsWith("RBAC: allowed by "u8) ? "RBAC: allowed by ".Length
        : reason.StartsWith("EKS Access Policy: allowed by "u8) ? "EKS Access Policy: allowed by ".Length
        : 0;

    // ClusterRoleBinding "x" of ClusterRole "y" to Group "z"
    private static RbacDecision Read(ReadOnlySpan<byte> text, Span<byte> room)
    {
        if (!TryTake(ref text, " of "u8, ref room, out var bindingKind, out var binding)
            || !TryTake(ref text, " to "u8, ref room, out _, out var role)
            || !TryTake(ref text, default, ref room, out var subjectKind, out var subject))
        {
            return None;
        }

        // Names of bindings and of service accounts hold no slash.
        var bindingSlash = bindingKind.SequenceEqual("RoleBinding"u8) ? binding.LastIndexOf((byte)'/') : -1;
        var subjectSlash = subject.LastIndexOf((byte)'/');
        return new RbacDecision
        {
            Binding = (bindingSlash < 0 ? binding : binding[..bindingSlash]).ToArray(),
            Namespace = (bindingSlash < 0 ? default : binding[(bindingSlash + 1)..]).ToArray(),
            Role = role.ToArray(),
            Subject = (subjectKind.SequenceEqual("User"u8) ? Principal.OfUser(subject, room)
                : subjectKind.SequenceEqual("Group"u8) ? Principal.OfGroup(subject, room)
                : subjectKind.SequenceEqual("ServiceAccount"u8) && subjectSlash >= 0 ? Principal.OfAccount(subject[(subjectSlash + 1)..], subject[..subjectSlash], room)
                : default).ToArray(),
        };
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
}
