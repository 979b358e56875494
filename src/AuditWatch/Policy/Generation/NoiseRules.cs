using AuditWatch.Detection;

namespace AuditWatch.Policy.Generation;

/// <summary>
/// Rules of level None for the most frequent requests of a cluster, which attacks do not need. A rule that would make a detection blind is left out; the
/// comment of each other rule names the detections that lose something by it.
/// </summary>
internal static class NoiseRules
{
    private static readonly string[] Nodes = [UserGroups.Nodes];

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
            new PolicyRule { Level = AuditLevel.None, UserGroups = [UserGroups.Authenticated], Verbs = ["get"], NonResourceUrls = ["/api", "/api/*", "/apis", "/apis/*", "/openapi/*", "/version"] }),
    ];

    /// <summary>The rules to insert before those of <paramref name="policy"/>.</summary>
    public static IReadOnlyList<GeneratedRule> For(AuditPolicy policy, DetectionSet detections)
    {
        var evaluator = CoverageEvaluator.For(policy with { Rules = [.. Candidates.Select(candidate => candidate.Rule), .. policy.Rules] }, detections);
        var before = Verdicts(policy, evaluator);
        var chosen = new List<GeneratedRule>();
        foreach (var (what, rule) in Candidates)
        {
            var after = Verdicts(policy with { Rules = [rule, .. policy.Rules] }, evaluator);
            var worse = before.Keys.Where(name => after[name] > before[name]).ToList();

            // A rule that costs nothing leaves out nothing either: the requests are not recorded anyway.
            if (worse.Count > 0)
            {
                chosen.Add(new GeneratedRule(rule, what + " These see everything but that:", worse));
            }
        }

        while (chosen.Count > 0 && Verdicts(policy with { Rules = [.. chosen.Select(one => one.Rule), .. policy.Rules] }, evaluator).ContainsValue(Verdict.Blind))
        {
            chosen.RemoveAt(chosen.Count - 1);
        }

        return chosen;
    }

    private static SortedDictionary<string, Verdict> Verdicts(AuditPolicy policy, CoverageEvaluator evaluator) =>
        new(evaluator.Evaluate(policy).ToDictionary(one => one.Detection.Name, one => one.Verdict), StringComparer.Ordinal);

    private static PolicyRule Rule(string[] groups, string[] verbs, params (string Group, string[] Resources)[] resources) => new()
    {
        Level = AuditLevel.None,
        UserGroups = groups,
        Verbs = verbs,
        Resources = [.. resources.Select(entry => new GroupResources(entry.Group, entry.Resources, [], default))],
    };
}
