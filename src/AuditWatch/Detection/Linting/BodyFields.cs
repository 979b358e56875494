namespace AuditWatch.Detection.Linting;

/// <summary>
/// Parts of a body that only some resources have: a rule for others that asks for one can never match. Of custom resources nothing is known,
/// so only resources of Kubernetes itself count against a rule.
/// </summary>
internal static class BodyFields
{
    private static readonly string[] Bodies = ["object.", "requestObject.", "responseObject.", "change."];
    private static readonly string[] Derived = ["podSpec", "containers", "changedPodSpec", "changedContainers", "binding"];

    private static readonly string[] Workloads =
        ["pods", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs", "replicationcontrollers", "podtemplates"];

    private static readonly Dictionary<string, string[]> Owners = new(StringComparer.Ordinal)
    {
        ["podSpec"] = Workloads,
        ["containers"] = Workloads,
        ["binding"] = ["rolebindings", "clusterrolebindings"],
        ["changedPodSpec"] = Workloads,
        ["changedContainers"] = Workloads,
        ["rules"] = ["roles", "clusterroles", "ingresses"],
        ["aggregationRule"] = ["clusterroles"],
        ["roleRef"] = ["rolebindings", "clusterrolebindings"],
        ["subjects"] = ["rolebindings", "clusterrolebindings"],
        ["webhooks"] = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        ["spec.hostPID"] = ["pods"],
        ["spec.hostIPC"] = ["pods"],
        ["spec.hostNetwork"] = ["pods"],
        ["spec.containers"] = ["pods"],
        ["spec.template"] = [.. Workloads.Except(["pods", "cronjobs", "podtemplates"])],
        ["spec.jobTemplate"] = ["cronjobs"],
        ["spec.signerName"] = ["certificatesigningrequests"],
        ["spec.audiences"] = ["serviceaccounts", "tokenreviews", "tokenrequests"],
        ["spec.boundObjectRef"] = ["serviceaccounts", "tokenrequests"],
    };

    private static readonly HashSet<string> BuiltIn = new(
        [.. Owners.Values.SelectMany(owners => owners), "secrets", "configmaps", "services", "namespaces", "nodes", "events", "endpoints", "leases",
            "persistentvolumes", "persistentvolumeclaims", "networkpolicies", "customresourcedefinitions", "selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether bodies of the resource never have the field.</summary>
    public static bool IsForeign(string field, string resource)
    {
        var body = Bodies.FirstOrDefault(prefix => field.StartsWith(prefix, StringComparison.Ordinal));
        var part = body is null ? field : field[body.Length..];
        return BuiltIn.Contains(resource)
            && Owners.Any(owner => IsWithin(part, owner.Key, derived: body is null) && !owner.Value.Contains(resource, StringComparer.OrdinalIgnoreCase));
    }

    private static bool IsWithin(string part, string owner, bool derived) =>
        derived == Derived.Contains(owner, StringComparer.Ordinal) && (part == owner || part.StartsWith(owner + ".", StringComparison.Ordinal));
}
