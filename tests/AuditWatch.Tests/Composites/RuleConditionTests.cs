namespace AuditWatch.Tests.Composites;

/// <summary>Conditions over the rules of a temporal correlation, as Sigma 2.2 has them.</summary>
public class RuleConditionTests
{
    // The findings are a minute apart, all of one object, and nothing more happens for an hour.
    [Theory]
    [InlineData("temporal", "a, b", "a and b", "b a", true)]
    [InlineData("temporal", "a, b", "a and b", "a", false)]
    [InlineData("temporal", "a, b, c", "(a or b) and c", "a c", true)]
    [InlineData("temporal", "a, b, c", "(a or b) and c", "c b", true)]
    [InlineData("temporal", "a, b, c", "(a or b) and c", "a b", false)]
    [InlineData("temporal", "a, b, c", "(a or b) and not c", "b", true)]
    [InlineData("temporal", "a, b, c", "(a or b) and not c", "b c", false)]
    [InlineData("temporal", "a, b, c", "a and not (b or c)", "a", true)]
    [InlineData("temporal", "a, b, c", "a and not (b or c)", "a c", false)]
    [InlineData("temporal", "a, b, c", "a and not (b or c)", "b a", false)]
    [InlineData("temporal_ordered", "a, b", "a and b", "a b", true)]
    [InlineData("temporal_ordered", "a, b", "a and b", "b a", false)]
    [InlineData("temporal_ordered", "a, b", "b and a", "a b", true)] // the order is that of the rules
    [InlineData("temporal_ordered", "a, b, c", "(b or c) and a", "a c", true)]
    [InlineData("temporal_ordered", "a, b, c", "(b or c) and a", "c a", false)]
    [InlineData("temporal_ordered", "a, b, c", "a and b and not c", "a b", true)]
    [InlineData("temporal_ordered", "a, b, c", "a and b and not c", "c a b", false)] // anywhere near
    [InlineData("temporal_ordered", "a, b, c", "a and b and not c", "a b c", false)]
    public void Join_ConditionOverRules_TellsWhatItSays(string type, string rules, string condition, string findings, bool isTold)
    {
        var set = CompositeSets.Load(Document(type, rules, condition));
        var stage = set.Stage();

        var told = findings.Split(' ').SelectMany((rule, minute) => stage.Join(set.Finding(rule, 60 * minute, fields: ("objectRef.name", "x")))).ToList();
        told.AddRange(stage.Complete(TimeSpan.FromHours(1)));

        Assert.Equal(isTold ? "x" : "", string.Join(", ", told.Select(finding => finding.Summary)));
    }

    [Theory]
    [InlineData("a and b", "5:17: warning: the condition does not use the rule 'c'")]
    [InlineData("not a and not b and not c", "8:14: error: holds when nothing happens")]
    [InlineData("not (a or b or c)", "8:14: error: holds when nothing happens")]
    [InlineData("a and d", "8:20: error: there is no selection 'd'")]
    [InlineData("a and not (b and c)", "8:14: error: a condition over rules joins by 'and' what is a rule")]
    [InlineData("a and b and (c", "a ')' is missing")]
    public void Load_ConditionThatIsHardlyMeant_SaysWhatAndWhere(string condition, string expected) =>
        Assert.Contains(expected, string.Join('\n', CompositeSets.TryLoad(Document("temporal", "a, b, c", condition)).Said), StringComparison.Ordinal);

    private static string Document(string type, string rules, string condition) => $$"""
        title: story
        name: story
        correlation:
          type: {{type}}
          rules: [{{rules}}]
          group-by: [objectRef.name]
          timespan: 10m
          condition: {{condition}}
        auditwatch: {summary: "{objectRef.name}"}

        """;
}
