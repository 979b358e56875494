using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>staticPod</c>: of a mirror pod, by which a kubelet shows that it runs a pod from a file, the name that stands in the file: <c>etcd</c> of
/// <c>etcd-control-plane-1</c> on node <c>control-plane-1</c>. A node's name may stand there shortened to its beginning and end. Missing for everything else, and
/// for a name that is put together otherwise: <c>etcd-evil</c> of <c>etcd-evil-worker-3</c> is not <c>etcd</c>.
/// </summary>
internal static class StaticPod
{
    private static ReadOnlySpan<byte> NodePrefix => "system:node:"u8;

    public static JsonValue Of(in AuditEvent auditEvent)
    {
        if (!auditEvent[EventField.ObjectRefResource].Is("pods"u8) || !Component.Of(auditEvent).Is("kubelet"u8))
        {
            return default;
        }

        var metadata = RelativePath.Member(ObjectAfter.Of(auditEvent), "metadata"u8);
        if (!RelativePath.Member(RelativePath.Member(metadata, "annotations"u8), "kubernetes.io/config.mirror"u8).IsPresent)
        {
            return default;
        }

        var name = RelativePath.Member(metadata, "name"u8).Bytes;
        var node = auditEvent[EventField.UserName].Bytes[NodePrefix.Length..];
        if (name.Length > node.Length + 1 && name.EndsWith(node) && name[^(node.Length + 1)] == '-')
        {
            return JsonValue.Text(name[..^(node.Length + 1)]);
        }

        return TrySplitShortened(name, node, out var before) ? JsonValue.Text(before) : default;
    }

    // kube-proxy-gke-x1 on gke-pool-1a2b-x1.
    private static bool TrySplitShortened(ReadOnlySpan<byte> name, ReadOnlySpan<byte> node, out ReadOnlySpan<byte> before)
    {
        before = default;
        var (first, last) = (node.IndexOf((byte)'-'), node.LastIndexOf((byte)'-'));
        if (first <= 0 || first == last || !name.EndsWith(node[last..]))
        {
            return false;
        }

        var rest = name[..^(node.Length - last)];
        if (rest.Length <= first + 1 || !rest.EndsWith(node[..first]) || rest[^(first + 1)] != '-')
        {
            return false;
        }

        before = rest[..^(first + 1)];
        return true;
    }
}
