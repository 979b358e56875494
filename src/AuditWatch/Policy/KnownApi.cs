namespace AuditWatch.Policy;

/// <summary>
/// The resources of Kubernetes and of add-ons that nearly every cluster has: groups, subresources, scope and verbs. Nothing is known about groups that are
/// not listed.
/// </summary>
internal static class KnownApi
{
    private static readonly string[] Collection = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly string[] Object = ["get", "update", "patch"];

    // A resource a line: its group, its name, n if it is namespaced or c if it is cluster-wide, and its subresources.
    private const string Table = """
        core pods n attach binding ephemeralcontainers eviction exec log portforward proxy resize status
        core services n proxy status
        core nodes c proxy status
        core namespaces c finalize status
        core secrets n
        core configmaps n
        core serviceaccounts n token
        core endpoints n
        core events n
        core bindings n
        core limitranges n
        core resourcequotas n status
        core podtemplates n
        core replicationcontrollers n scale status
        core persistentvolumes c status
        core persistentvolumeclaims n status
        core componentstatuses c
        apps deployments n scale status
        apps daemonsets n status
        apps statefulsets n scale status
        apps replicasets n scale status
        apps controllerrevisions n
        batch jobs n status
        batch cronjobs n status
        autoscaling horizontalpodautoscalers n status
        policy poddisruptionbudgets n status
        policy podsecuritypolicies c
        networking.k8s.io ingresses n status
        networking.k8s.io ingressclasses c
        networking.k8s.io networkpolicies n
        networking.k8s.io ipaddresses c
        networking.k8s.io servicecidrs c status
        rbac.authorization.k8s.io roles n
        rbac.authorization.k8s.io rolebindings n
        rbac.authorization.k8s.io clusterroles c
        rbac.authorization.k8s.io clusterrolebindings c
        authorization.openshift.io roles n
        authorization.openshift.io rolebindings n
        authorization.openshift.io clusterroles c
        authorization.openshift.io clusterrolebindings c
        authorization.openshift.io rolebindingrestrictions n
        authorization.openshift.io subjectaccessreviews c
        authorization.openshift.io localsubjectaccessreviews n
        authorization.openshift.io resourceaccessreviews c
        authorization.openshift.io localresourceaccessreviews n
        authorization.openshift.io selfsubjectrulesreviews n
        authorization.openshift.io subjectrulesreviews n
        certificates.k8s.io certificatesigningrequests c approval status
        certificates.k8s.io clustertrustbundles c
        authentication.k8s.io tokenreviews c
        authentication.k8s.io selfsubjectreviews c
        authorization.k8s.io subjectaccessreviews c
        authorization.k8s.io localsubjectaccessreviews n
        authorization.k8s.io selfsubjectaccessreviews c
        authorization.k8s.io selfsubjectrulesreviews c
        admissionregistration.k8s.io mutatingwebhookconfigurations c
        admissionregistration.k8s.io validatingwebhookconfigurations c
        admissionregistration.k8s.io validatingadmissionpolicies c status
        admissionregistration.k8s.io validatingadmissionpolicybindings c
        admissionregistration.k8s.io mutatingadmissionpolicies c
        admissionregistration.k8s.io mutatingadmissionpolicybindings c
        apiextensions.k8s.io customresourcedefinitions c status
        apiregistration.k8s.io apiservices c status
        coordination.k8s.io leases n
        discovery.k8s.io endpointslices n
        events.k8s.io events n
        storage.k8s.io storageclasses c
        storage.k8s.io volumeattachments c status
        storage.k8s.io csidrivers c
        storage.k8s.io csinodes c
        storage.k8s.io csistoragecapacities n
        scheduling.k8s.io priorityclasses c
        node.k8s.io runtimeclasses c
        flowcontrol.apiserver.k8s.io flowschemas c status
        flowcontrol.apiserver.k8s.io prioritylevelconfigurations c status
        snapshot.storage.k8s.io volumesnapshots n status
        snapshot.storage.k8s.io volumesnapshotcontents c status
        """;

    private static readonly KnownResource[] All = [.. Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    private static readonly HashSet<string> Groups = All.Select(resource => resource.Group).ToHashSet(StringComparer.Ordinal);

    private static readonly ILookup<string, KnownResource> ByName = All.ToLookup(resource => resource.Name, StringComparer.Ordinal);

    /// <summary>All known resources.</summary>
    public static IReadOnlyList<KnownResource> Resources => All;

    /// <summary>Every verb that a request can have: those of resources, then the HTTP methods of paths.</summary>
    public static IReadOnlyList<string> AllVerbs { get; } = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "head", "post", "put", "options"];

    /// <summary>Whether the group is listed, so that it has no other resources than the known ones.</summary>
    public static bool IsClosed(string group) => Groups.Contains(group);

    /// <summary>The known resources of that name, in all groups.</summary>
    public static IEnumerable<KnownResource> Named(string resource) => ByName[resource];

    /// <summary>The resource of that group and name; null if it is not known.</summary>
    public static KnownResource? Find(string group, string resource) => ByName[resource].FirstOrDefault(known => known.Group == group);

    /// <summary>The verbs of a resource or subresource, also of one that is not known.</summary>
    public static IReadOnlyList<string> Verbs(string resource, string subresource) => subresource switch
    {
        // POST over SPDY, GET over WebSocket.
        "exec" or "attach" or "portforward" => ["get", "create"],
        "proxy" => ["get", "create", "update", "patch", "delete"],
        "log" => ["get"],
        "token" or "eviction" or "binding" => ["create"],
        "status" or "scale" or "approval" or "ephemeralcontainers" or "finalize" or "resize" => Object,
        _ when resource == "bindings" || resource.EndsWith("reviews", StringComparison.Ordinal) => ["create"],
        _ => Collection,
    };

    private static KnownResource Parse(string line)
    {
        var words = line.Split(' ');
        return new KnownResource(words[0] == "core" ? "" : words[0], words[1], words[2] == "n", words[3..]);
    }
}

/// <summary>A resource of Kubernetes. Immutable.</summary>
/// <param name="Group">The API group, without a version; empty for the core group.</param>
/// <param name="Name">The name, in the plural.</param>
/// <param name="IsNamespaced">Whether the objects are in namespaces.</param>
/// <param name="Subresources">The names of the subresources.</param>
internal sealed record KnownResource(string Group, string Name, bool IsNamespaced, IReadOnlyList<string> Subresources);
