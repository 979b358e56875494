using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>actor</c>: who really acted, the impersonated user where there is one; <c>actor.kind</c>: what kind of principal that is;
/// <c>serviceAccount.namespace</c> and <c>serviceAccount.name</c>. User names are those of k8s.io/apiserver, pkg/authentication/user and
/// serviceaccount; kinds are told by whole names and fixed forms, never by a mere prefix such as <c>system:</c> that anybody could be given.
/// </summary>
internal static class Actor
{
    private static ReadOnlySpan<byte> ServiceAccountPrefix => "system:serviceaccount:"u8;

    public static JsonValue Name(in AuditEvent auditEvent) => auditEvent.Actor;

    public static JsonValue Kind(in AuditEvent auditEvent)
    {
        var name = auditEvent.Actor.Bytes;
        if (name.IsEmpty)
        {
            return JsonValue.Text("unauthenticated"u8);
        }

        if (name.SequenceEqual("system:anonymous"u8))
        {
            return JsonValue.Text("anonymous"u8);
        }

        if (TrySplit(name, out _, out _))
        {
            return JsonValue.Text("serviceaccount"u8);
        }

        if (name.StartsWith("system:node:"u8))
        {
            return JsonValue.Text("node"u8);
        }

        return name.SequenceEqual("system:apiserver"u8) || name.SequenceEqual("system:kube-controller-manager"u8)
            || name.SequenceEqual("system:kube-scheduler"u8) || name.SequenceEqual("system:cloud-controller-manager"u8)
            || name.SequenceEqual("system:kube-proxy"u8) || name.SequenceEqual("system:aggregator"u8)
            ? JsonValue.Text("controlplane"u8)
            : JsonValue.Text("human"u8);
    }

    public static JsonValue ServiceAccountNamespace(in AuditEvent auditEvent) =>
        TrySplit(auditEvent.Actor.Bytes, out var space, out _) ? JsonValue.Text(space) : default;

    public static JsonValue ServiceAccountName(in AuditEvent auditEvent) =>
        TrySplit(auditEvent.Actor.Bytes, out _, out var name) ? JsonValue.Text(name) : default;

    /// <summary>Takes <c>system:serviceaccount:NAMESPACE:NAME</c> apart: both not empty and without a further colon.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> actor, out ReadOnlySpan<byte> space, out ReadOnlySpan<byte> name)
    {
        space = name = default;
        if (!actor.StartsWith(ServiceAccountPrefix))
        {
            return false;
        }

        var rest = actor[ServiceAccountPrefix.Length..];
        var colon = rest.IndexOf((byte)':');
        if (colon <= 0 || colon == rest.Length - 1 || rest[(colon + 1)..].Contains((byte)':'))
        {
            return false;
        }

        space = rest[..colon];
        name = rest[(colon + 1)..];
        return true;
    }
}
