using AuditWatch.Policy;

namespace AuditWatch.EndToEnd.Policy;

/// <summary>
/// Many policies in one, because an API server reads its policy once: the rules of each are for its own two users, so that a request of theirs
/// goes past the rules of all the others. A last policy is for everybody else. The same seed gives the same policies.
/// </summary>
internal sealed class RandomPolicies(int seed, int count)
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "post"];
    private static readonly string[] Namespaces = ["", "default", "kube-system"];
    private static readonly string[] Names = ["db", "app", "cart", "kube-system", "cluster-admin"];
    private static readonly string[] Paths = ["*", "/healthz", "/healthz*", "/version", "/apis/*", "/metrics", "/"];
    private static readonly AuditStages[] Stages = [AuditStages.RequestReceived, AuditStages.ResponseStarted, AuditStages.ResponseComplete, AuditStages.Panic];

    private static readonly (string Group, string[] Resources)[] Resources =
    [
        ("", ["secrets", "configmaps", "pods", "pods/*", "pods/exec", "pods/log", "*/exec", "*/proxy", "*", "nodes", "nodes/proxy", "namespaces", "serviceaccounts", "serviceaccounts/token"]),
        ("apps", ["deployments", "deployments/scale", "*/scale", "*"]),
        ("rbac.authorization.k8s.io", ["clusterroles", "roles", "*"]),
        ("example.com", ["widgets", "gadgets"]),
    ];

    private readonly Random _random = new(seed);

    /// <summary>The users: the token of each, its groups.</summary>
    public IReadOnlyList<(string Token, string Group)> Users { get; } =
        [.. Enumerable.Range(0, count).SelectMany(policy => new[] { ($"u{policy}a", "system:masters"), ($"u{policy}b", $"g{policy}") })];

    /// <summary>The policy as a file.</summary>
    public string Write(AuditStages omitted)
    {
        var rules = Enumerable.Range(0, count).SelectMany(policy => Some(1, 6, () => Rule(policy))).Concat(Some(3, 3, () => Rule(null)));
        return $"apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [{(omitted == AuditStages.None ? "" : omitted)}]\nrules:\n{string.Join('\n', rules.Select(PolicyYaml.Line))}\n";
    }

    private PolicyRule Rule(int? policy)
    {
        var isForPaths = Chance(5);
        var isForGroup = Chance(3);
        return new PolicyRule
        {
            Level = One(Enum.GetValues<AuditLevel>()),
            Users = policy is null ? [] : isForGroup ? [$"u{policy}b", $"u{policy}a"] : Chance(3) ? [$"u{policy}{One(["a", "b"])}"] : [$"u{policy}a", $"u{policy}b"],
            UserGroups = policy is null ? (Chance(2) ? ["system:unauthenticated"] : []) : isForGroup ? [One(["system:masters", $"g{policy}", "system:authenticated"])] : [],
            Verbs = Chance(2) ? Some(1, 4, () => One(Verbs)) : [],
            NonResourceUrls = isForPaths ? Some(1, 2, () => One(Paths)) : [],
            Namespaces = !isForPaths && Chance(4) ? Some(1, 2, () => One(Namespaces)) : [],
            Resources = !isForPaths && !Chance(4) ? Some(1, 3, Entry) : [],
            OmitStages = Chance(4) ? One(Stages) : AuditStages.None,
        };
    }

    private GroupResources Entry()
    {
        var (group, resources) = One(Resources);
        return Chance(6) ? new GroupResources(group, [], [], default) : new GroupResources(group, Some(1, 3, () => One(resources)), Chance(3) ? Some(1, 2, () => One(Names)) : [], default);
    }

    private List<T> Some<T>(int from, int to, Func<T> make) => [.. Enumerable.Range(0, _random.Next(from, to + 1)).Select(_ => make())];

    private T One<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
