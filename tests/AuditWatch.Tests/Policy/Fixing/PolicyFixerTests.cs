using AuditWatch.Detection;
using AuditWatch.Policy;
using AuditWatch.Policy.Fixing;
using AuditWatch.Tests.Detection.Sigma;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Policy.Fixing;

public class PolicyFixerTests
{
    private static readonly DetectionSet Detections = new(
    [
        Rule.Load("s: {objectRef.resource: pods, objectRef.subresource: exec}\ncondition: s") with { Name = "exec" },
        Rule.Load("s: {objectRef.resource: clusterrolebindings, verb: [create, update], requestObject.roleRef.name: cluster-admin}\ncondition: s") with { Name = "bound" },
        Rule.Load("s: {objectRef.resource: secrets, verb: [list, watch]}\ncondition: s") with { Name = "listed" },
        Rule.Load("s: {objectRef.resource: [configmaps, ingresses], verb: [create, update], requestObject.metadata.name: x}\ncondition: s") with { Name = "named" },
    ]);

    [Fact]
    public void Fix_AnyPolicy_LeavesNoGapAndNothingElseChanged() => Prop.ForAll(Policies.Any().ToArbitrary(), policy =>
    {
        var fixedPolicy = PolicyFixer.Fix(policy, Detections);
        var originals = fixedPolicy.Policy.Rules.Where(rule => rule.Location != default).Select(rule => rule with { OmitStages = AuditStages.None });

        Assert.Empty(CoverageEvaluator.Evaluate(fixedPolicy.Policy, Detections).SelectMany(one => one.Gaps));
        Assert.Equal(policy.Rules.Select(rule => PolicyYaml.Line(rule with { OmitStages = AuditStages.None })), originals.Select(PolicyYaml.Line));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Fix_PolicyWithoutGaps_ChangesNothing() => Assert.False(PolicyFixer.Fix(Policies.Of("rules: [{level: RequestResponse}]"), Detections).IsChanged);

    [Fact]
    public void Fix_BodiesOfAnything_AreNotThoseThatAreCredentials()
    {
        var fixedPolicy = PolicyFixer.Fix(
            Policies.Of("rules: [{level: Metadata}]"), new DetectionSet([Rule.Load("s: {verb: create, requestObject.metadata.name: x}\ncondition: s")])).Policy;

        Assert.Equal(AuditLevel.Request, fixedPolicy.Decide(Create("", "configmaps")).Level);
        Assert.Equal(AuditLevel.Metadata, fixedPolicy.Decide(Create("", "secrets")).Level);
        Assert.Equal(AuditLevel.Metadata, fixedPolicy.Decide(Create("", "serviceaccounts", "token")).Level);
        Assert.Equal(AuditLevel.Metadata, fixedPolicy.Decide(Create("authentication.k8s.io", "tokenreviews")).Level);
    }

    [Fact]
    public void Fix_OneRuleThatHidesFromMany_HasFewRulesBeforeIt()
    {
        var fixedPolicy = PolicyFixer.Fix(Policies.Of("rules: [{level: None, users: [jane]}, {level: RequestResponse}]"), Detections);

        Assert.Equal(["Request", "Metadata"], fixedPolicy.Before[0].Select(rule => rule.Level.ToString()).Distinct().OrderDescending());
        Assert.True(fixedPolicy.Rules <= 4, $"{fixedPolicy.Rules} rules");
        Assert.All(fixedPolicy.Before[0], rule => Assert.Equal(["jane"], rule.Users));
    }

    private static PolicyRequest Create(string group, string resource, string subresource = "") => new() { Verb = "create", User = "jane", Groups = UserGroups.Of("jane"), ApiGroup = group, Resource = resource, Subresource = subresource, Namespace = "x" };
}
