using System.Collections.Frozen;
using System.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>actor.component</c>: which component of Kubernetes this request really comes from: <c>kube-apiserver</c>, <c>kube-controller-manager</c> or one of its
/// controllers (<c>replicaset-controller</c>), <c>kube-scheduler</c>, <c>cloud-controller-manager</c>, <c>kube-proxy</c>, <c>kubelet</c>. Missing if anything speaks
/// against it. A name alone says nothing: whoever has a certificate signed chooses it.
/// <code>
///   user name, to the letter         nobody is impersonated
///   groups, where there are any      those that the API server itself gives to such an account
///   user agent                       the component's program, or a distribution that runs all in one (k3s, microk8s)
///   address                          none of the Internet; of the API server itself, its own loopback
///   credentials                      of a service account, where the event says so, no certificate
/// </code>
/// Somebody inside the network who has stolen a component's credentials and copies its user agent too passes; that they come from another address than
/// before is for rules to see (<c>firstSeen</c>).
/// </summary>
internal static class Component
{
    private static ReadOnlySpan<byte> ControllerPrefix => "system:serviceaccount:kube-system:"u8;

    // The controllers that the controller manager runs each under an account of its own (kubernetes/kubernetes, cmd/kube-controller-manager/names and
    // plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go).
    private static readonly FrozenSet<string> Controllers = FrozenSet.Create(
        StringComparer.Ordinal,
        "attachdetach-controller", "bootstrap-signer", "certificate-controller", "cloud-node-controller", "cloud-node-lifecycle-controller", "clusterrole-aggregation-controller", "cronjob-controller", "daemon-set-controller",
        "deployment-controller", "device-taint-eviction-controller", "disruption-controller", "endpoint-controller", "endpointslice-controller",
        "endpointslicemirroring-controller", "ephemeral-volume-controller", "expand-controller", "generic-garbage-collector", "horizontal-pod-autoscaler",
        "job-controller", "kube-apiserver-serving-clustertrustbundle-publisher", "legacy-service-account-token-cleaner", "namespace-controller", "node-controller",
        "persistent-volume-binder", "podcertificaterequest-cleaner", "pod-garbage-collector", "pv-protection-controller", "pvc-protection-controller",
        "replicaset-controller", "replication-controller", "resource-claim-controller", "resourcequota-controller", "root-ca-cert-publisher", "route-controller",
        "selinux-warning-controller", "service-account-controller", "service-cidrs-controller", "service-controller", "statefulset-controller",
        "storage-version-migrator-controller", "storage-version-garbage-collector", "taint-eviction-controller", "token-cleaner", "ttl-after-finished-controller",
        "ttl-controller", "validatingadmissionpolicy-status-controller", "volumeattributesclass-protection-controller");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ControllerNames = Controllers.GetAlternateLookup<ReadOnlySpan<char>>();

    public static JsonValue Of(in AuditEvent auditEvent)
    {
        var user = auditEvent[EventField.UserName];
        var name = user.Bytes;
        if (!name.StartsWith("system:"u8) || user.IsEscaped || auditEvent[EventField.ImpersonatedUser].Kind is JsonKind.Object or JsonKind.String)
        {
            return default;
        }

        if (name.StartsWith("system:node:"u8))
        {
            return name.Length > "system:node:".Length && Evidence.MayHaveGroup(auditEvent, "system:nodes"u8) && RunsKubelet(auditEvent) ? JsonValue.Text("kubelet"u8) : default;
        }

        if (name.SequenceEqual("system:apiserver"u8))
        {
            return Evidence.IsLoopback(auditEvent) && Evidence.MayHaveGroup(auditEvent, "system:masters"u8) && Runs(auditEvent, "kube-apiserver"u8)
                ? JsonValue.Text("kube-apiserver"u8)
                : default;
        }

        return Evidence.IsFromPublicAddress(auditEvent) ? default
            : name.StartsWith(ControllerPrefix) ? OfServiceAccount(auditEvent, name[ControllerPrefix.Length..])
            : OfControlPlane(auditEvent, name["system:".Length..]);
    }

    private static JsonValue OfControlPlane(in AuditEvent auditEvent, ReadOnlySpan<byte> name)
    {
        var isOne = name.SequenceEqual("kube-controller-manager"u8) || name.SequenceEqual("kube-scheduler"u8) || name.SequenceEqual("kube-proxy"u8)
            ? Runs(auditEvent, name)
            : name.SequenceEqual("cloud-controller-manager"u8) && RunsCloudController(auditEvent);
        return isOne ? JsonValue.Text(name) : default;
    }

    private static JsonValue OfServiceAccount(in AuditEvent auditEvent, ReadOnlySpan<byte> name)
    {
        if (!Evidence.MayHaveGroup(auditEvent, "system:serviceaccounts:kube-system"u8) || Evidence.HasCertificate(auditEvent))
        {
            return default;
        }

        var runs = name.SequenceEqual("kube-proxy"u8) ? Runs(auditEvent, name)
            : name.SequenceEqual("cloud-controller-manager"u8) ? RunsCloudController(auditEvent)
            : IsController(name) && (Runs(auditEvent, "kube-controller-manager"u8) || RunsCloudController(auditEvent));
        return runs ? JsonValue.Text(name) : default;
    }

    private static bool IsController(ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[64];
        return name.Length <= characters.Length && Encoding.ASCII.TryGetChars(name, characters, out var length) && ControllerNames.Contains(characters[..length]);
    }

    private static bool Runs(in AuditEvent auditEvent, ReadOnlySpan<byte> program)
    {
        var product = Evidence.Product(auditEvent);
        return product.SequenceEqual(program) || IsAllInOne(product);
    }

    // aws-cloud-controller-manager, gcp-controller-manager and so on.
    private static bool RunsCloudController(in AuditEvent auditEvent)
    {
        var product = Evidence.Product(auditEvent);
        return product.EndsWith("cloud-controller-manager"u8) || product.SequenceEqual("gcp-controller-manager"u8) || IsAllInOne(product);
    }

    private static bool RunsKubelet(in AuditEvent auditEvent)
    {
        var product = Evidence.Product(auditEvent);
        return product.SequenceEqual("kubelet"u8) || product.SequenceEqual("kubelet.exe"u8) || IsAllInOne(product);
    }

    // Distributions whose one program is all components: k3s and RKE2, k0s, microk8s, and the hyperkube of old.
    private static bool IsAllInOne(ReadOnlySpan<byte> product) =>
        product.SequenceEqual("k3s"u8) || product.SequenceEqual("rke2"u8) || product.SequenceEqual("k0s"u8) || product.SequenceEqual("kubelite"u8)
        || product.SequenceEqual("microk8s"u8) || product.SequenceEqual("hyperkube"u8);
}
