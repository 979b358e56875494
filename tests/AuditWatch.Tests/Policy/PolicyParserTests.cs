using AuditWatch.Policy;

namespace AuditWatch.Tests.Policy;

public class PolicyParserTests
{
    [Theory]
    [InlineData("rules:\n- {level: Metadata, verb: [get]}", "policy.yaml:4:21: error: unknown key 'verb'; did you mean 'verbs'?: the API server ignores it, and the rule is for more than it says")]
    [InlineData("rules:\n- {level: Metadata, resources: [{groups: apps, resources: [deployments]}]}", "policy.yaml:4:34: error: unknown key 'groups'; did you mean 'group'?: the API server ignores it, and without a 'group' the core group is meant")]
    [InlineData("omitStage: [Panic]\nrules:\n- {level: Metadata}", "policy.yaml:3:1: error: unknown key 'omitStage'; did you mean 'omitStages'?: the API server ignores it")]
    public void Parse_UnknownField_IsAnErrorThatTheServerIgnores(string rules, string message)
    {
        var said = new Diagnostics();
        var policy = Policies.Parse(rules, said);

        Assert.Equal(message, Assert.Single(said).ToString());
        Assert.Single(policy!.Rules);
    }

    [Theory]
    [InlineData("rules:\n- {level: metadata}", "4:4: error: unknown level 'metadata'; did you mean 'Metadata'?")]
    [InlineData("rules:\n- {verbs: [get]}", "4:3: error: 'level' is missing")]
    [InlineData("rules: []", "3:1: error: there are no rules")]
    [InlineData("omitStages: [ResponseCompleted]\nrules:\n- {level: None}", "3:1: error: unknown stage 'ResponseCompleted'; did you mean 'ResponseComplete'?")]
    [InlineData("omitStages: [All]\nrules:\n- {level: None}", "3:1: error: unknown stage 'All'")]
    [InlineData("rules:\n- {level: None, resources: [{group: ''}], nonResourceURLs: [/x]}", "4:43: error: a rule is for resources or for nonResourceURLs, not for both")]
    [InlineData("rules:\n- {level: None, namespaces: [a], nonResourceURLs: [/x]}", "4:34: error: a rule is for resources or for nonResourceURLs, not for both")]
    [InlineData("rules:\n- {level: None, nonResourceURLs: [/a*b]}", "4:17: error: '/a*b' is no path")]
    [InlineData("rules:\n- {level: None, nonResourceURLs: [healthz]}", "4:17: error: 'healthz' is no path")]
    [InlineData("rules:\n- {level: None, resources: [{group: apps/v1}]}", "4:30: error: 'apps/v1' is no API group; without the version it is 'apps'")]
    [InlineData("rules:\n- {level: None, resources: [{group: '*'}]}", "4:30: error: '*' is no API group")]
    [InlineData("rules:\n- {level: None, resources: [{group: '', resourceNames: [a]}]}", "4:41: error: 'resourceNames' needs 'resources' beside it")]
    [InlineData("rules:\n- {level: None, verbs: get}", "4:24: error: 'verbs' must be a list")]
    public void Parse_WhatTheServerRefuses_IsAnErrorAndNoPolicy(string rules, string message)
    {
        var said = new Diagnostics();

        Assert.Null(Policies.Parse(rules, said));
        Assert.Contains(said, one => one.ToString().StartsWith("policy.yaml:" + message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kind: Policy\nrules: [{level: None}]")]
    [InlineData("apiVersion: v1\nkind: Policy\nrules: [{level: None}]")]
    [InlineData("apiVersion: audit.k8s.io/v1\nkind: Event\nrules: [{level: None}]")]
    [InlineData("")]
    [InlineData("rules: [")]
    public void Parse_NoPolicy_IsAnError(string text)
    {
        var said = new Diagnostics();

        Assert.Null(PolicyParser.Parse("policy.yaml", text, said));
        Assert.True(said.HasErrors);
    }

    [Fact]
    public void Parse_SeveralMistakes_AreReportedAtOnce()
    {
        var said = new Diagnostics();
        Policies.Parse("rules:\n- {level: Meta, verb: [get]}\n- {level: None, omitStages: [Never], resources: [{groups: x}]}", said);

        Assert.Equal(4, said.ErrorCount);
    }

    [Fact]
    public void Parse_Everything_IsRead()
    {
        var policy = Policies.Of("""
            metadata: {name: ours}
            omitStages: [RequestReceived]
            omitManagedFields: true
            rules:
            - level: Request
              users: [a]
              userGroups: [b]
              verbs: [get]
              resources: [{group: apps, resources: [deployments/scale], resourceNames: [c]}]
              namespaces: [""]
              omitStages: [Panic]
              omitManagedFields: false
            """);

        var rule = Assert.Single(policy.Rules);
        Assert.Equal((AuditStages.RequestReceived, true, AuditStages.Panic, false), (policy.OmitStages, policy.OmitManagedFields, rule.OmitStages, rule.OmitManagedFields));
        Assert.Equal("- {level: Request, users: [a], userGroups: [b], verbs: [get], resources: [{group: apps, resources: [deployments/scale], resourceNames: [c]}], namespaces: [\"\"], omitStages: [Panic], omitManagedFields: false}", PolicyYaml.Line(rule));
    }

    [Fact]
    public void Parse_Beta_IsReadWithAWarning()
    {
        var said = new Diagnostics();

        Assert.NotNull(PolicyParser.Parse("policy.yaml", "apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]", said));
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(said).Severity);
    }
}
