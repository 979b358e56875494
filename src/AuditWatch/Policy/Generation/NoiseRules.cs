using AuditWatch.Detection;

namespace AuditWatch.Policy.Generation;

/// <summary>
/// Rules that leave out what clusters write most of and nobody attacks with: each for certain users, verbs and resources. One that would leave a
/// detection blind is not taken; what the others cost is said in their comments.
/// </summary>
internal static class NoiseRules
{
    private static readonly string[] Nodes = [ImpliedGroups.Nodes];

    private static readonly (string What, PolicyRule Rule)[] Candidates =
    [
        ("Heartbeats of nodes.", Rule(Nodes, ["get", "create", "update", "patch"], ("coordination.k8s.io", ["leases"])) with { Namespaces = ["kube-node-lease"] }),
        ("Leader election of the control plane.",
            Rule([], ["get", "update", "patch"], ("coordination.k8s.io", ["leases"])) with
            {
                Users = ["system:apiserver", "system:cloud-controller-manager", "system:kube-controller-manager", "system:kube-scheduler"],
                Namespaces = ["kube-system"],
            }),
        ("What kubelets report of nodes and pods.", Rule(Nodes, ["get", "patch", "update"], ("", ["nodes/status", "pods/status"]))),
        ("What kubelets tell about their pods.", Rule(Nodes, ["create", "patch"], ("", ["events"]), ("events.k8s.io", ["events"]))),
        ("Endpoints of services, as controllers keep them.",
            Rule([], ["get", "create", "update", "patch"], ("", ["endpoints"]), ("discovery.k8s.io", ["endpointslices"])) with
            {
                Users =
                [
                    "system:kube-controller-manager", "system:serviceaccount:kube-system:endpoint-controller", "system:serviceaccount:kube-system:endpointslice-controller",
                ],
            }),
        ("What kubelets watch all day.",
            Rule(Nodes, ["watch"], ("", ["endpoints", "nodes", "pods", "services"]), ("discovery.k8s.io", ["endpointslices"]))),
        ("Health checks.", new PolicyRule { Level = AuditLevel.None, Verbs = ["get"], NonResourceUrls = ["/healthz", "/livez", "/readyz"] }),
        ("What kubectl and controllers look up before they do anything.",
            new PolicyRule { Level = AuditLevel.None, UserGroups = [ImpliedGroups.Authenticated], Verbs = ["get"], NonResourceUrls = ["/api", "/api/*", "/apis", "/apis/*", "/openapi/*", "/version"] }),
    ];

    /// <summary>The rules to put before those of <paramref name="policy"/>.</summary>
    public static IReadOnlyList<GeneratedRule> For(AuditPolicy policy, DetectionSet detections)
    {
        var before = Verdicts(policy, detections);
        var taken = new List<GeneratedRule>();
        foreach (var (what, rule) in Candidates)
        {
            var after = Verdicts(policy with { Rules = [rule, .. policy.Rules] }, detections);
            var worse = before.Keys.Where(name => after[name] > before[name]).ToList();
            if (worse.Count > 0)
            {
                taken.Add(new GeneratedRule(rule, what + " These see everything but that:", worse));
            }
        }

        while (taken.Count > 0 && Verdicts(policy with { Rules = [.. taken.Select(one => one.Rule), .. policy.Rules] }, detections).ContainsValue(Verdict.Blind))
        {
            taken.RemoveAt(taken.Count - 1);
        }

        return taken;
    }

    // Nothing gets worse by leaving out what is not recorded anyway: such a rule is not taken either.
    private static SortedDictionary<string, Verdict> Verdicts(AuditPolicy policy, DetectionSet detections) =>
        new(PolicyCoverage.Of(policy, detections).ToDictionary(one => one.Detection.Name, one => one.Verdict), StringComparer.Ordinal);

    private static PolicyRule Rule(string[] groups, string[] verbs, params (string Group, string[] Resources)[] resources) => new()
    {
        Level = AuditLevel.None,
        UserGroups = groups,
        Verbs = verbs,
        Resources = [.. resources.Select(entry => new GroupResources(entry.Group, entry.Resources, [], default))],
    };
}
