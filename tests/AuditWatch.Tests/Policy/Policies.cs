using AuditWatch.Policy;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Policy;

/// <summary>Policies in a few lines, and policies at random.</summary>
internal static class Policies
{
    private static readonly string[] Users =
    [
        "jane@example.com", "alice", "admin", "system:anonymous", "system:apiserver", "system:kube-controller-manager", "system:node:worker",
        "system:serviceaccount:payments:app", "system:serviceaccount:kube-system:generic-garbage-collector",
    ];

    private static readonly string[] Groups =
        ["system:authenticated", "system:unauthenticated", "system:nodes", "system:masters", "system:serviceaccounts", "system:serviceaccounts:payments", "developers"];

    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly string[] Namespaces = ["", "payments", "kube-system", "default", "shop"];
    private static readonly string[] Names = ["cluster-admin", "coredns", "app", "cart"];
    private static readonly string[] Paths = ["*", "/healthz", "/healthz*", "/api*", "/version", "/metrics", "/apis/*"];

    private static readonly (string Group, string Resource)[] Resources =
    [
        ("", "pods"), ("", "pods/exec"), ("", "pods/*"), ("", "*"), ("", "*/proxy"), ("", "secrets"), ("", "configmaps"), ("", "serviceaccounts/token"), ("", "namespaces"),
        ("", "nodes/proxy"), ("", "pods/ephemeralcontainers"), ("apps", "deployments"), ("apps", "*/scale"), ("apps", "*"), ("batch", "cronjobs"), ("", "deployments"),
        ("rbac.authorization.k8s.io", "clusterrolebindings"), ("rbac.authorization.k8s.io", "*"), ("example.com", "widgets"), ("example.com", "*/status"),
        ("certificates.k8s.io", "certificatesigningrequests/approval"),
    ];

    /// <summary>The policy in a text that begins with its rules, all of it usable.</summary>
    public static AuditPolicy Of(string rules)
    {
        var said = new Diagnostics();
        var policy = Parse(rules, said);
        Assert.Empty(said);
        return policy!;
    }

    public static AuditPolicy? Parse(string rules, Diagnostics said) =>
        PolicyParser.Parse("policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rules, said);

    /// <summary>Policies that the API server takes, of names that the detections and their tests have, and some others.</summary>
    public static Gen<AuditPolicy> Any() =>
        from rules in Rules().NonEmptyListOf().Resize(8)
        from stages in Stages()
        select new AuditPolicy([.. rules.Select((rule, i) => rule with { Location = new SourceLocation("policy.yaml", i + 1, 1) })], stages, new SourceLocation("policy.yaml", 99, 1), false);

    private static Gen<PolicyRule> Rules() =>
        from level in Gen.Elements(Enum.GetValues<AuditLevel>())
        from users in Rarely(Users)
        from groups in Rarely(Groups)
        from verbs in Rarely(Verbs)
        from paths in Rarely(Paths)
        from namespaces in Rarely(Namespaces)
        from entries in Entries().ListOf(2)
        from count in Gen.Elements(0, 1, 2)
        from stages in Stages()
        select new PolicyRule
        {
            Level = level,
            Users = users,
            UserGroups = groups,
            Verbs = verbs,
            NonResourceUrls = paths,
            Namespaces = paths.Count > 0 ? [] : namespaces,
            Resources = paths.Count > 0 ? [] : [.. entries.Take(count)],
            OmitStages = stages,
        };

    private static Gen<GroupResources> Entries() =>
        from one in Gen.Elements(Resources)
        from another in Gen.Elements(Resources)
        from whole in Gen.Choose(0, 4)
        from names in Rarely(Names)
        select whole == 0
            ? new GroupResources(one.Group, [], [], default)
            : new GroupResources(one.Group, another.Group == one.Group ? [one.Resource, another.Resource] : [one.Resource], names, default);

    private static Gen<IReadOnlyList<string>> Rarely(string[] values) =>
        from often in Gen.Choose(0, 3)
        from some in Gen.Elements(values).NonEmptyListOf().Resize(3)
        select often > 0 ? (IReadOnlyList<string>)[] : [.. some.Distinct()];

    private static Gen<AuditStages> Stages() =>
        Gen.Elements(AuditStages.None, AuditStages.None, AuditStages.None, AuditStages.RequestReceived, AuditStages.ResponseStarted, AuditStages.ResponseComplete);
}
