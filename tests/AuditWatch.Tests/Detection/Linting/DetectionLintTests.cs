using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Linting;

public class DetectionLintTests
{
    [Theory]
    [InlineData("{responseStatus.code: ALLOW}", "error: can never match: no event has responseStatus.code 'ALLOW'")]
    [InlineData("{verb: replace}", "no event has verb 'replace'; did you mean 'update'?")]
    [InlineData("{verb: craete}", "no event has verb 'craete'; did you mean 'create'?")]
    [InlineData("{verb: [create, replace]}", "warning: this alternative can never match: no event has verb 'replace'")]
    [InlineData("{outcome: success}", "no event has outcome 'success'")]
    [InlineData("{verb: create, objectRef.resource: secrets, podSpec.hostPID: true}", "can never match: secrets have no podSpec.hostPID")]
    [InlineData("{objectRef.resource: pods, object.rules|any: {verbs: '\\*'}}", "can never match: pods have no object.rules")]
    public void Check_Selection_TellsWhatCannotMatch(string selection, string expected) =>
        Assert.Contains(expected, Lint($"selection: {selection}\ncondition: selection"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{actor.kind: service*}")]
    [InlineData("{stage|startswith: Response}")]
    [InlineData("{objectRef.resource: rollouts, object.rules|any: {verbs: '\\*'}}")]
    [InlineData("{verb|contains: ea}")]
    public void Check_PossibleSelection_SaysNothing(string selection) => Assert.Empty(Lint($"selection: {selection}\ncondition: selection"));

    [Fact]
    public void Check_TwoValuesOfOneField_ContradictEachOther()
    {
        Assert.Contains("one event cannot have verb get and list", Lint("a: {verb: get}\nb: {verb: list}\ncondition: a and b"), StringComparison.Ordinal);
        Assert.Empty(Lint("a: {verb: [get, list]}\nb: {verb: [list, watch]}\ncondition: a and b"));
        Assert.Empty(Lint("a: {verb: get}\nb: {verb: list}\ncondition: a or b"));
        Assert.Empty(Lint("a: {user.groups: a}\nb: {user.groups: b}\ncondition: a and b"));
        Assert.Empty(Lint("a: {verb: get}\nb: {verb: list}\ncondition: a and not b"));
    }

    [Theory]
    [InlineData("user.username|re: '(?i)^system:node:'", "without regard to letter case")]
    [InlineData("user.groups|re|i: '^system:nodes$'", "without regard to letter case")]
    [InlineData("actor|endswith: -deployer", "name the account in full")]
    [InlineData("user.username: '*deploy*'", "name the account in full")]
    public void Check_ExceptionForPartOfAName_IsRefused(string exception, string expected)
    {
        Assert.Contains("error: ", Lint($"s: {{verb: get}}\nfilter: {{{exception}}}\ncondition: s and not filter"), StringComparison.Ordinal);
        Assert.Contains(expected, Lint($"s: {{verb: get}}\nfilter: {{{exception}}}\ncondition: s and not 1 of filter*"), StringComparison.Ordinal);
        Assert.Empty(Lint($"s: {{{exception}}}\ncondition: s"));
    }

    [Theory]
    [InlineData("user.username: 'system:node:n1'")]
    [InlineData("user.username|re: '^system:node:[a-z]+$'")]
    [InlineData("actor.component: [kubelet, kube-scheduler]")]
    public void Check_ExceptionForAWholeName_SaysNothing(string exception) =>
        Assert.Empty(Lint($"s: {{verb: get}}\nfilter: {{{exception}}}\ncondition: s and not filter"));

    [Theory]
    [InlineData("attack.t1609", true)]
    [InlineData("attack.t1098.006", true)]
    [InlineData("attack.privilege-escalation", true)]
    [InlineData("attack.privilege_escalation", true)]
    [InlineData("attack.privilege-escalatoin", false)]
    [InlineData("attack.t16", false)]
    [InlineData("mytag", false)]
    public void Check_Tag_KnownOrNot(string tag, bool known)
    {
        var rule = Rule.Load("selection: {verb: get}\ncondition: selection") with { Tags = [tag] };

        Assert.Equal(known, !Said(rule).Any(said => said.Message.Contains("unknown tag", StringComparison.Ordinal)));
    }

    [Fact]
    public void Check_RuleThatCannotBeUsed_IsToldOfEverythingAtOnce()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.FullName, "rule.yml"), Rule.Around("selection: {verb: replace, user.username|startwith: x}\ncondition: selection"));
        var said = new Diagnostics();

        DetectionLint.Check(DetectionLoader.Load([folder.FullName], said), [], said);

        Assert.Contains(said, one => one.Message.Contains("unknown modifier 'startwith'", StringComparison.Ordinal));
        Assert.Contains(said, one => one.Message.Contains("no event has verb 'replace'", StringComparison.Ordinal));
        folder.Dispose();
    }

    [Theory]
    [InlineData("not-a-uuid", "stable", "is not a UUID")]
    [InlineData("0b1f6d0e-5c1e-4f0b-9a52-6a7d2f3e4c10", "stabel", "unknown status 'stabel'; did you mean 'stable'?")]
    public void Check_IdOrStatusThatNobodyKnows_IsWarnedOf(string id, string status, string expected)
    {
        var rule = Rule.Load("selection: {verb: get}\ncondition: selection") with { Id = id, Status = status };

        Assert.Contains(Said(rule), said => said.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_RuleWithoutTests_IsWarnedOf() =>
        Assert.Contains(Said(Rule.Load("selection: {verb: get}\ncondition: selection")), said => said.Message.Contains("has no tests", StringComparison.Ordinal));

    private static string Lint(string detection) => string.Join(
        '\n', Said(Rule.Load(detection)).Where(said => !said.Message.Contains("has no tests", StringComparison.Ordinal)));

    private static Diagnostics Said(DetectionRule rule)
    {
        var diagnostics = new Diagnostics();
        DetectionLint.Check(new DetectionSet([rule]), [], diagnostics);
        return diagnostics;
    }
}
