using AuditWatch.Policy.Linting;

namespace AuditWatch.Tests.Policy.Linting;

public class PolicyLintTests
{
    [Theory]
    [InlineData("- {level: None, verbs: [read]}", "no request has the verb 'read'; did you mean 'head'?")]
    [InlineData("- {level: None, verbs: ['*']}", "no request has the verb '*'; leave 'verbs' out to mean all")]
    [InlineData("- {level: None, resources: [{group: core}]}", "there is no group 'core': the core group is written \"\"")]
    [InlineData("- {level: None, resources: [{group: '', resources: [deployments]}]}", "'deployments' matches nothing: deployments are not in the core group, but in 'apps'")]
    [InlineData("- {level: None, resources: [{group: '', resources: [pods/execs]}]}", "'pods/execs' matches nothing: pods have no execs; did you mean 'exec'?")]
    [InlineData("- {level: None, resources: [{group: '', resources: [secret]}]}", "'secret' is not known in the core group; did you mean 'secrets'?")]
    [InlineData("- {level: None, resources: [{group: apps, resources: [deployments]}], verbs: [post]}", "no request has the verb 'post'")]
    public void Check_NameThatNoRequestHas_IsAWarning(string rule, string message) => Assert.Contains(message, Check(rule + "\n- {level: Metadata}"));

    [Theory]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [pods]}]}", "'pods' is not pods/exec, pods/attach, pods/portforward, pods/proxy, pods/ephemeralcontainers, and no rule records those")]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [serviceaccounts]}]}", "'serviceaccounts' is not serviceaccounts/token, and no rule records that")]
    public void Check_ResourceWithoutWhatIsBelow_IsAWarning(string rule, string message) =>
        Assert.Contains(Check(rule), said => said.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: ['pods/*']}]}")]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [pods]}]}\n- {level: Metadata, verbs: [create, patch]}")]
    [InlineData("- {level: None, resources: [{group: '', resources: [pods]}]}\n- {level: Metadata, verbs: [delete]}")]
    [InlineData("- {level: Metadata, resources: [{group: example.com, resources: [widgets, widgets/anything]}]}")]
    public void Check_NothingWrong_SaysNothing(string rules) => Assert.Empty(Check(rules));

    [Theory]
    [InlineData("- {level: None}\n- {level: Metadata, verbs: [get]}", "this rule is never reached: all it matches is decided in line 4")]
    [InlineData("- {level: None, verbs: [get]}\n- {level: None, verbs: [list, watch]}\n- {level: Metadata, verbs: [get, list]}", "this rule is never reached: all it matches is decided in line 4, 5")]
    [InlineData("- {level: None, userGroups: ['system:serviceaccounts']}\n- {level: Metadata, users: ['system:serviceaccount:a:b']}", "this rule is never reached: all it matches is decided in line 4")]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [nodes]}], namespaces: [shop]}", "no request matches this rule")]
    public void Check_RuleThatDecidesNothing_IsAWarning(string rules, string message) => Assert.Contains(message, Check(rules));

    [Fact]
    public void Check_RuleThatManyRulesLeaveNothing_NamesTenOfThem()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 12).Select(i => $"- {{level: None, users: [u{i}]}}"));

        var said = Assert.Single(Check($"{lines}\n- {{level: Metadata, users: [{string.Join(", ", Enumerable.Range(0, 12).Select(i => $"u{i}"))}]}}"));

        Assert.Equal("this rule is never reached: all it matches is decided in line 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and others", said);
    }

    [Fact]
    public void Check_HundredsOfUsersAndGroups_KnowsWhichRulesAreReached()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 150).Select(i => $"- {{level: None, users: [u{i}], verbs: [get]}}\n- {{level: None, userGroups: [g{i}], verbs: [get]}}"));

        var said = Check(rules + """

            - {level: Metadata, users: [jane], userGroups: [developers]}
            - {level: Metadata, users: [u7], userGroups: [developers], verbs: [get]}
            - {level: Metadata, users: [u7], userGroups: [developers], verbs: [list]}
            - {level: Metadata, userGroups: [g9], verbs: [get, list]}
            - {level: Metadata, users: [jane], userGroups: [developers], verbs: [list]}
            """);

        Assert.Equal(["this rule is never reached: all it matches is decided in line 18", "this rule is never reached: all it matches is decided in line 304"], said);
    }

    [Fact]
    public void Check_HundredsOfGroupsWithSubresources_KnowsWhichRulesAreReached()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 100).Select(i => $"- {{level: None, resources: [{{group: g{i}, resources: ['*/r{i}']}}]}}"));

        var said = Check(rules + """

            - {level: Metadata, resources: [{group: g7, resources: ['*/r7']}]}
            - {level: Metadata, resources: [{group: g7, resources: ['*/r8']}]}
            - {level: Metadata, resources: [{group: g7}]}
            """);

        Assert.Equal("this rule is never reached: all it matches is decided in line 11", Assert.Single(said));
    }

    [Theory]
    [InlineData("- {level: Request, resources: [{group: '', resources: [secrets]}]}", "secrets")]
    [InlineData("- {level: RequestResponse, verbs: [create]}", "secrets", "serviceaccounts/token", "tokenreviews.authentication.k8s.io", "configmaps")]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [secrets, configmaps]}]}\n- {level: Request, resources: [{group: ''}]}", "serviceaccounts/token")]
    [InlineData("- {level: Metadata, resources: [{group: '', resources: [secrets, configmaps, serviceaccounts/token]}]}\n- {level: Request, resources: [{group: ''}]}")]
    public void Check_BodiesThatLeak_AreAWarning(string rules, params string[] leaking)
    {
        var leaks = Check(rules).Where(said => said.Contains("into the audit log", StringComparison.Ordinal)).Select(said => said.Split(' ')[2]);

        Assert.Equal(leaking.Order(), leaks.Order());
    }

    private static List<string> Check(string rules)
    {
        var said = new Diagnostics();
        PolicyLint.Check(Policies.Of("rules:\n" + rules), said);
        return [.. said.Select(one => one.Message)];
    }
}
