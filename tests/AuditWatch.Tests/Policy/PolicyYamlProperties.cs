using AuditWatch.Policy;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Policy;

public class PolicyYamlProperties
{
    [Fact]
    public void LineAndBlock_ReadAgain_AreTheSameRules() => Prop.ForAll(Policies.Any().ToArbitrary(), policy =>
    {
        var lines = policy.Rules.Select(PolicyYaml.Line).ToList();
        var fromLines = Policies.Of("rules:\n" + string.Join('\n', lines));
        var fromBlocks = Policies.Of("rules:\n" + string.Join('\n', policy.Rules.Select(rule => PolicyYaml.Block(rule, "  "))));

        Assert.Equal(lines, fromLines.Rules.Select(PolicyYaml.Line));
        Assert.Equal(lines, fromBlocks.Rules.Select(PolicyYaml.Line));
    }).QuickCheckThrowOnFailure();
}
