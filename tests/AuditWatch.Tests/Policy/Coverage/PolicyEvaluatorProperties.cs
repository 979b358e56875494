using AuditWatch.Policy;
using AuditWatch.Policy.Coverage;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Policy.Coverage;

/// <summary>The evaluator decides about every set of requests as trying the rules one after the other does about each request.</summary>
public class PolicyEvaluatorProperties
{
    private static readonly string[] Users =
    [
        "jane@example.com", "bob", "system:anonymous", "system:apiserver", "system:node:worker", "system:node:other", "system:kube-scheduler",
        "system:serviceaccount:payments:app", "system:serviceaccount:payments:other", "system:serviceaccount:elsewhere:app",
    ];

    private static readonly (string Group, string Resource, string Subresource)[] Resources =
    [
        ("", "pods", ""), ("", "pods", "exec"), ("", "pods", "status"), ("", "secrets", ""), ("", "configmaps", ""), ("", "serviceaccounts", "token"), ("", "namespaces", ""),
        ("", "nodes", "proxy"), ("apps", "deployments", ""), ("apps", "deployments", "scale"), ("batch", "cronjobs", ""), ("rbac.authorization.k8s.io", "clusterrolebindings", ""),
        ("example.com", "widgets", ""), ("example.com", "gadgets", "status"), ("example.org", "things", ""), ("example.org", "things", "scale"),
    ];

    [Fact]
    public void Decide_OneRequest_IsWhatTheFirstMatchingRuleSays() => Prop.ForAll(Cases(), one =>
    {
        var universe = RequestUniverse.Of(one.Policy, []);
        if (Points.Of(one.Request, impersonated: false, universe) is not { } point)
        {
            return;
        }

        var (shape, rule) = Assert.Single(new PolicyEvaluator(one.Policy, universe).Decide(point));
        Assert.True(shape.Contains(point));
        Assert.Same(one.Policy.Decide(one.Request).Rule, rule);
        var stages = Assert.Single(PossibleRequests.ByStages(universe), kind => kind.Shape.Contains(point)).Stages;
        Assert.Equal(one.Request.Stages, stages);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Cases_MostOfThem_HaveAPlaceAmongTheShapes()
    {
        var cases = Cases().Generator.Sample(60).ToList();

        Assert.InRange(cases.Count(one => Points.Of(one.Request, impersonated: false, RequestUniverse.Of(one.Policy, [])) is not null), 25, 60);
    }

    private static Arbitrary<(AuditPolicy Policy, PolicyRequest Request)> Cases() => (
        from policy in Policies.Any()
        from user in Gen.Elements(Users)
        from team in Gen.Elements("developers", "system:masters", "strangers")
        from verb in Gen.Elements("get", "list", "watch", "create", "update", "patch", "delete")
        from resource in Gen.Elements(Resources)
        from space in Gen.Elements("payments", "kube-system", "elsewhere")
        from name in Gen.Elements("cluster-admin", "app", "elsewhere")
        from path in Gen.Elements("/healthz", "/healthz/ping", "/version", "/api", "/apis/apps", "/elsewhere")
        from isPath in Gen.Choose(0, 4)
        let known = KnownApi.Find(resource.Group, resource.Resource)
        let isOfOne = verb is not ("list" or "watch" or "create") || resource.Subresource.Length > 0
        select (policy, new PolicyRequest
        {
            Verb = verb,
            User = user,
            Groups = UserGroups.Of(user, user.Contains(':', StringComparison.Ordinal) ? [] : [team]),
            ApiGroup = isPath == 0 ? "" : resource.Group,
            Resource = isPath == 0 ? "" : resource.Resource,
            Subresource = isPath == 0 ? "" : resource.Subresource,
            Namespace = isPath == 0 || known is { IsNamespaced: false } ? "" : space,
            Name = isPath == 0 || !isOfOne ? "" : name,
            Path = isPath == 0 ? path : "",
        })).ToArbitrary();
}
