using AuditWatch.Detection;
using AuditWatch.Policy;

namespace AuditWatch.Tests.Policy;

public class CoverageEvaluatorTests
{
    private static readonly DetectionSet Shipped = DetectionLoader.Load([RepositoryFiles.Detections], []);

    private const string MetadataOfAll = "- {level: Metadata}";

    [Theory]
    [InlineData("exec_into_pod", MetadataOfAll, Verdict.Sees)]
    [InlineData("exec_into_pod", "- {level: RequestResponse, resources: [{group: '', resources: [pods]}]}", Verdict.Blind)]
    [InlineData("exec_into_pod", "- {level: None, verbs: [get, list, watch]}\n- {level: Metadata}", Verdict.SeesPart)]
    [InlineData("exec_into_pod", "- {level: Metadata, omitStages: [ResponseStarted]}", Verdict.SeesLate)]
    [InlineData("exec_into_pod", "- {level: Metadata, omitStages: [ResponseStarted, ResponseComplete]}", Verdict.Blind)]
    [InlineData("exec_into_pod", "- {level: Metadata, omitStages: [ResponseComplete]}", Verdict.Sees)]
    [InlineData("secret_deleted", "- {level: Metadata, omitStages: [ResponseComplete]}", Verdict.Blind)]
    [InlineData("secret_deleted", "- {level: None, users: ['system:serviceaccount:kube-system:namespace-controller'], verbs: [delete, deletecollection]}\n- {level: Metadata}", Verdict.SeesPart)]
    [InlineData("privileged_pod_created", MetadataOfAll, Verdict.SeesWithoutBody)]
    [InlineData("privileged_pod_created", "- {level: Request}", Verdict.SeesWithoutBody)]
    [InlineData("privileged_pod_created", "- {level: RequestResponse, verbs: [patch]}\n- {level: Request}", Verdict.Sees)]
    [InlineData("cluster_admin_bound", MetadataOfAll, Verdict.SeesWithoutBody)]
    [InlineData("long_lived_token_created", MetadataOfAll, Verdict.Sees)]
    [InlineData("credentials_in_config_map", MetadataOfAll, Verdict.SeesWithoutBody)]
    [InlineData("impersonation_denied", MetadataOfAll, Verdict.Sees)]
    [InlineData("kube_system_token_requested", "- {level: Metadata, namespaces: [default]}", Verdict.Blind)]
    [InlineData("secret_read_by_service_account", "- {level: Metadata, userGroups: ['system:serviceaccounts'], resources: [{group: '', resources: [secrets]}]}", Verdict.SeesPart)]
    [InlineData("secret_read_by_service_account", "- {level: None, userGroups: ['system:nodes'], verbs: [get], resources: [{group: '', resources: [pods]}]}\n- {level: Metadata}", Verdict.Sees)]
    [InlineData("unauthenticated_burst", "- {level: Metadata, omitStages: [ResponseStarted]}", Verdict.Blind)]
    [InlineData("unauthenticated_burst", "- {level: Metadata, userGroups: ['system:authenticated', 'system:unauthenticated']}", Verdict.Blind)]
    [InlineData("forbidden_burst", "- {level: Metadata, userGroups: ['system:authenticated', 'system:unauthenticated']}", Verdict.Sees)]
    [InlineData("workload_scaled_to_zero", "- {level: Request, resources: [{group: apps, resources: [deployments, statefulsets]}]}", Verdict.SeesPart)]
    [InlineData("token_obtained_and_used", "- {level: None, resources: [{group: '', resources: [serviceaccounts/token]}]}\n- {level: Metadata}", Verdict.Blind)]
    [InlineData("dns_configuration_changed", "- {level: Metadata, resources: [{group: '', resources: [configmaps], resourceNames: [coredns, coredns-custom, kube-dns, node-local-dns]}]}", Verdict.SeesPart)]
    public void Evaluate_DetectionAndPolicy_IsTheVerdictOfASpecialist(string detection, string rules, object verdict) =>
        Assert.Equal(verdict, Of(detection, rules).Verdict);

    [Theory]
    [InlineData("exec_into_pod", "- {level: None, verbs: [get, list, watch]}\n- {level: Metadata}", "get", 4, "- {level: Metadata, verbs: [get], resources: [{group: \"\", resources: [pods/exec]}]}")]
    [InlineData("secret_deleted", "- {level: None, namespaces: [shop]}\n- {level: Metadata}", "in shop", 4, "namespaces: [shop]}")]
    [InlineData("secret_deleted", "- {level: Metadata, namespaces: [shop]}\n- {level: None}", "outside of shop", 5, "- {level: Metadata, verbs: [delete, deletecollection], resources: [{group: \"\", resources: [secrets]}]}")]
    [InlineData("privileged_role_created", MetadataOfAll, "roles.rbac.authorization.k8s.io", 4, "- {level: RequestResponse, verbs: [create, update, patch]")]
    [InlineData("forbidden_burst", "- {level: None, nonResourceURLs: ['/healthz*']}\n- {level: Metadata}", "/healthz*", 4, "- {level: Metadata, nonResourceURLs: [\"/healthz*\"]}")]
    [InlineData("exec_into_pod", "- {level: Metadata, omitStages: [ResponseStarted]}", "pods/exec", 4, "take ResponseStarted out of the omitStages of the rule")]
    [InlineData("exec_into_pod", "- {level: None, users: [admin]}\n- {level: Metadata}", "by admin", 4, "users: [admin]")]
    public void Evaluate_Gap_NamesTheRequestsTheRuleAndTheFix(string detection, string rules, string requests, int line, string fix)
    {
        var gap = Of(detection, rules).Gaps[0];

        Assert.Contains(requests, gap.Requests, StringComparison.Ordinal);
        Assert.Equal(line, gap.Location.Line);
        Assert.Contains(fix, gap.Fix.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_AllDetections_IsAVerdictOnEachThatRaisesAlertsTheWorstFirst()
    {
        var coverage = CoverageEvaluator.Evaluate(Policies.Of("rules:\n- {level: None, verbs: [get, list, watch]}\n- {level: Metadata}"), Shipped);

        Assert.Equal(coverage.OrderByDescending(one => one.Verdict).Select(one => one.Verdict), coverage.Select(one => one.Verdict));
        Assert.Contains(coverage, one => one is { Detection.Name: "secret_read_burst", Verdict: Verdict.Blind });
        Assert.DoesNotContain(coverage, one => one.Detection.Name == "secret_fetched");
    }

    private static DetectionCoverage Of(string detection, string rules) =>
        CoverageEvaluator.Evaluate(Policies.Of("rules:\n" + rules), Shipped.Of(Shipped.Rules.First(rule => rule.Name == detection)))
            .Single(one => one.Detection.Name == detection);
}
