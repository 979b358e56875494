using System.Collections.Frozen;
using System.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>actor.managedBy</c>: whose managed control plane this request comes from: <c>eks</c>, <c>gke</c>, <c>aks</c>, <c>openshift</c> or <c>k3s</c>. Missing if anything
/// speaks against it. Besides the name, to the letter: nobody is impersonated, the address is none of the Internet, and
/// <code>
///   eks, gke       the account has no groups but those of everybody, and no command line or script is used (on the API server's own host it may be)
///   aks, k3s       the account is in system:masters, which no certificate that the API can be asked for has
///   openshift      the account is a service account of an operator of the release, used by a program of its own
/// </code>
/// </summary>
internal static class ManagedBy
{
    // From audit logs of EKS, and docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html.
    private static readonly FrozenSet<string> Eks = FrozenSet.Create(
        StringComparer.Ordinal,
        "eks:addon-cluster-admin", "eks:addon-manager", "eks:authenticator", "eks:az-poller", "eks:certificate-controller", "eks:cloud-controller-manager",
        "eks:cluster-bootstrap", "eks:cluster-event-watcher", "eks:coredns-autoscaler", "eks:extension-metrics-apiserver", "eks:fargate-manager",
        "eks:fargate-scheduler", "eks:k8s-metrics", "eks:kms-storage-migrator", "eks:kube-proxy-metrics", "eks:network-policy-controller", "eks:network-webhooks",
        "eks:node-bootstrapper", "eks:node-manager", "eks:nodewatcher", "eks:pod-identity-mutating-webhook", "eks:service-operations",
        "eks:service-operations-configmaps", "eks:tagging-controller", "eks:vpc-resource-controller");

    // From audit logs of GKE: cloud.google.com/kubernetes-engine/docs/concepts/control-plane-security.
    private static readonly FrozenSet<string> Gke = FrozenSet.Create(
        StringComparer.Ordinal,
        "system:addon-manager", "system:cluster-autoscaler", "system:clustermetrics", "system:cloud-controller-manager", "system:cloud-provider", "system:gcp-controller-manager",
        "system:gke-addon-manager", "system:gke-common-webhooks", "system:gke-controller-manager", "system:gke-master-healthcheck", "system:gke-pdcsi-webhook",
        "system:gke-spiffe-controller", "system:glbc", "system:konnectivity-server", "system:kubestore-collector", "system:l7-lb-controller",
        "system:managed-certificate-controller", "system:maintenance-controller", "system:pdcsi-controller", "system:resource-tracker", "system:snapshot-controller",
        "system:storageversionmigrator", "system:vpa-recommender", "system:workload-controller", "system:autoscaler");

    private static readonly FrozenSet<string> Masters = FrozenSet.Create(
        StringComparer.Ordinal, "aksService", "system:k3s-controller", "system:k3s-supervisor", "system:rke2-controller", "system:rke2-supervisor");

    // Operators of the release payload (github.com/openshift, manifests of each *-operator).
    private static readonly FrozenSet<string> OpenShift = FrozenSet.Create(
        StringComparer.Ordinal,
        "openshift-apiserver-operator:openshift-apiserver-operator", "openshift-authentication-operator:authentication-operator",
        "openshift-cloud-controller-manager-operator:cluster-cloud-controller-manager", "openshift-cloud-credential-operator:cloud-credential-operator",
        "openshift-cluster-machine-approver:machine-approver-sa", "openshift-cluster-node-tuning-operator:cluster-node-tuning-operator",
        "openshift-cluster-storage-operator:cluster-storage-operator", "openshift-cluster-version:default", "openshift-config-operator:openshift-config-operator",
        "openshift-console-operator:console-operator", "openshift-controller-manager-operator:openshift-controller-manager-operator",
        "openshift-dns-operator:dns-operator", "openshift-etcd-operator:etcd-operator", "openshift-image-registry:cluster-image-registry-operator",
        "openshift-ingress-operator:ingress-operator", "openshift-insights:operator", "openshift-kube-apiserver-operator:kube-apiserver-operator",
        "openshift-kube-controller-manager-operator:kube-controller-manager-operator", "openshift-kube-scheduler-operator:openshift-kube-scheduler-operator",
        "openshift-kube-storage-version-migrator-operator:kube-storage-version-migrator-operator", "openshift-machine-api:machine-api-controllers",
        "openshift-machine-api:machine-api-operator", "openshift-machine-config-operator:machine-config-controller",
        "openshift-machine-config-operator:machine-config-operator", "openshift-monitoring:cluster-monitoring-operator", "openshift-monitoring:prometheus-operator",
        "openshift-multus:multus", "openshift-network-operator:cluster-network-operator", "openshift-operator-lifecycle-manager:olm-operator-serviceaccount",
        "openshift-service-ca-operator:service-ca-operator", "openshift-service-ca:service-ca");

    // Command lines and libraries that people and their scripts use.
    private static readonly FrozenSet<string> Tools = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "kubectl", "kubectl.exe", "oc", "oc.exe", "helm", "k9s", "lens", "curl", "wget", "httpie", "python", "python-requests", "python-urllib", "python-httpx", "aiohttp",
        "openapi-generator", "okhttp", "java", "axios", "node-fetch", "undici", "php", "ruby", "libwww-perl", "powershell", "mozilla", "postmanruntime");

    public static JsonValue Of(in AuditEvent auditEvent)
    {
        var user = auditEvent[EventField.UserName];
        Span<char> characters = stackalloc char[160];
        if (user.IsEscaped || user.Bytes.Length > characters.Length || !IsWorthLooking(user.Bytes)
            || auditEvent[EventField.ImpersonatedUser].Kind is JsonKind.Object or JsonKind.String
            || !Encoding.ASCII.TryGetChars(user.Bytes, characters, out var length) || Evidence.IsFromPublicAddress(auditEvent))
        {
            return default;
        }

        ReadOnlySpan<char> name = characters[..length];
        if (Has(Masters, name))
        {
            return !Evidence.HasGroups(auditEvent) || !Evidence.MayHaveGroup(auditEvent, "system:masters"u8) ? default
                : name[0] == 'a' ? JsonValue.Text("aks"u8) : JsonValue.Text("k3s"u8);
        }

        if (Has(Eks, name) || Has(Gke, name))
        {
            return Evidence.HasGroups(auditEvent) || (IsTool(auditEvent) && !Evidence.IsLoopback(auditEvent)) ? default
                : name[0] == 'e' ? JsonValue.Text("eks"u8) : JsonValue.Text("gke"u8);
        }

        const string prefix = "system:serviceaccount:";
        return name.StartsWith(prefix, StringComparison.Ordinal) && Has(OpenShift, name[prefix.Length..]) && !IsTool(auditEvent)
            && Evidence.MayHaveGroup(auditEvent, "system:serviceaccounts"u8) && !Evidence.HasCertificate(auditEvent)
            ? JsonValue.Text("openshift"u8)
            : default;
    }

    private static bool IsWorthLooking(ReadOnlySpan<byte> name) => name.StartsWith("system:"u8) || name.StartsWith("eks:"u8) || name.StartsWith("aks"u8);

    private static bool Has(FrozenSet<string> names, ReadOnlySpan<char> name) => names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    private static bool IsTool(in AuditEvent auditEvent)
    {
        Span<char> characters = stackalloc char[32];
        var product = Evidence.Product(auditEvent);
        return product.Length <= characters.Length && Encoding.ASCII.TryGetChars(product, characters, out var length) && Has(Tools, characters[..length]);
    }
}
