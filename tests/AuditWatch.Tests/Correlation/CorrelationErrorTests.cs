using AuditWatch.Detection.Sigma;

namespace AuditWatch.Tests.Correlation;

/// <summary>What cannot be done is said with its place; no correlation silently does nothing.</summary>
public class CorrelationErrorTests
{
    // The section begins in line 4, each of its lines at column 3.
    [Theory]
    [InlineData("type: event_cuont", "condition: {gte: 2}", "4:3: error: unknown correlation type 'event_cuont'; did you mean 'event_count'?")]
    [InlineData("type: value_max", "condition: {gte: 2}", "4:3: error: unknown correlation type 'value_max'")]
    [InlineData("type: event_count", "", "'condition' is missing")]
    [InlineData("type: event_count", "condition: {}", "the condition needs a threshold")]
    [InlineData("type: event_count", "condition: 5", "must be a map")]
    [InlineData("type: event_count", "condition: {gte: 0}", "7:14: error: holds when nothing happens")]
    [InlineData("type: event_count", "condition: {lt: 5}", "7:14: error: holds when nothing happens")]
    [InlineData("type: event_count", "condition: {neq: 5}", "holds when nothing happens")]
    [InlineData("type: event_count", "condition: {eq: 0}", "holds when nothing happens")]
    [InlineData("type: value_sum", "condition: {lte: 5, field: objectRef.name}", "holds when nothing happens")]
    [InlineData("type: event_count", "condition: {gt: 5, lt: 6}", "7:14: error: can never hold")]
    [InlineData("type: event_count", "condition: {gte: 4, lte: 4, neq: 4}", "can never hold")]
    [InlineData("type: event_count", "condition: {gte: 10001}", "can never hold: at most 10000 findings")]
    [InlineData("type: event_count", "condition: {gte: -1}", "7:20: error: 'gte' must be a whole number")]
    [InlineData("type: event_count", "condition: {gte: 1.5}", "7:20: error: 'gte' must be a whole number")]
    [InlineData("type: event_count", "condition: {gte: many}", "'gte' must be a number")]
    [InlineData("type: event_count", "condition: {get: 5}", "7:15: error: unknown key 'get'")]
    [InlineData("type: event_count", "condition: {gte: 5, field: verb}", "7:30: error: event_count counts no field; value_count does")]
    [InlineData("type: value_count", "condition: {gte: 5}", "7:14: error: value_count needs the field")]
    [InlineData("type: value_count", "condition: {gte: 5, field: vreb}", "7:30: error: no audit event has a field 'vreb'; did you mean 'verb'?")]
    [InlineData("type: value_avg", "condition: {gte: 5, field: [verb, stage]}", "value_avg is about one field")]
    [InlineData("type: value_percentile", "condition: {gte: 5, field: verb}", "value_percentile needs which one")]
    [InlineData("type: value_percentile", "condition: {gte: 5, field: verb, percentile: 101}", "7:36: error: value_percentile needs which one")]
    [InlineData("type: value_avg", "condition: {gte: 5, field: verb, percentile: 10}", "unknown key 'percentile'")]
    [InlineData("type: temporal", "condition: {gte: 3}", "can never hold: there are 2 rules")]
    [InlineData("type: temporal", "condition: a and not x", "7:24: error: there is no selection 'x'")]
    [InlineData("type: temporal", "condition: not a and not b", "7:14: error: holds when nothing happens")]
    [InlineData("type: temporal", "condition: (a and b) or b", "7:14: error: a condition over rules joins by 'and'")]
    [InlineData("type: temporal_ordered", "condition: {gte: 1}", "leave the condition out")]
    [InlineData("type: temporal_ordered", "condition: {eq: 1}", "leave the condition out")]
    [InlineData("type: event_count", "condition: {gte: 1}\ngroup-by: [actor, vreb]", "8:21: error: no audit event has a field 'vreb'")]
    [InlineData("type: event_count", "condition: {gte: 1}\ngroup_by: [actor]", "8:3: error: unknown key 'group_by'; did you mean 'group-by'?")]
    public void Load_BrokenCorrelation_SaysWhatAndWhere(string type, string rest, string expected) =>
        AssertSaid(expected, $"{type}\nrules: [a, b]\ntimespan: 1m\n{rest}");

    [Theory]
    [InlineData("type: event_count\nrules: [a, d]\ntimespan: 1m\ncondition: {gte: 2}", "5:14: error: the correlation 'test' refers to a rule 'd' that is not there")]
    [InlineData("type: event_count\nrules: [a, a]\ntimespan: 1m\ncondition: {gte: 2}", "5:14: error: the rule 'a' is listed twice")]
    [InlineData("type: event_count\nrules: [a, 00000000-0000-4000-8000-00000000000a]\ntimespan: 1m\ncondition: {gte: 2}", "5:14: error: the rule 'a' is listed twice")]
    [InlineData("type: event_count\nrules: []\ntimespan: 1m\ncondition: {gte: 2}", "5:10: error: 'rules' must name at least one rule")]
    [InlineData("type: event_count\nrules: [[a]]\ntimespan: 1m\ncondition: {gte: 2}", "5:11: error: 'rules' must be a list of the names or ids of rules")]
    [InlineData("type: event_count\ntimespan: 1m\ncondition: {gte: 2}", "'rules' is missing")]
    [InlineData("type: event_count\nrules: [a]\ncondition: {gte: 2}", "'timespan' is missing")]
    [InlineData("type: event_count\nrules: [a]\ntimespan: 1y\ncondition: {gte: 2}", "6:13: error: 'timespan' must be a length of time")]
    [InlineData("type: temporal\nrules: [a]\ntimespan: 1m", "5:3: error: temporal needs at least two rules")]
    [InlineData("type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {who: {a: actor}}", "7:13: error: the alias 'who' names no field for the rule 'b'")]
    [InlineData("type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {who: {a: actor, b: actor, c: actor}}", "a rule 'c', which is not among the correlation's rules")]
    [InlineData("type: temporal\nrules: [a, b]\ntimespan: 1m\naliases: {who: {a: actor, b: acter}}", "7:32: error: no audit event has a field 'acter'; did you mean 'actor'?")]
    public void Load_BrokenReference_SaysWhatAndWhere(string section, string expected) => AssertSaid(expected, section);

    [Fact]
    public void Load_Circle_IsAnErrorThatNamesIt()
    {
        var (detections, said) = Correlations.TryLoad(Temporal("one", "[a, two]"), Temporal("two", "[b, three]"), Temporal("three", "[one, c]"), Temporal("above", "[one, c]"));

        Assert.Equal(2, said.ErrorCount);
        Assert.Contains("21:11: error: correlations that refer to each other in a circle: one -> two -> three -> one", Text(said), StringComparison.Ordinal);
        Assert.Contains("the correlation 'above' refers to 'one', which cannot be used", Text(said), StringComparison.Ordinal);
        Assert.DoesNotContain(detections.Rules, rule => rule.Correlation is not null);
    }

    [Fact]
    public void Load_CorrelationOfItself_IsACircle() =>
        Assert.Contains("circle: self -> self", Text(Correlations.TryLoad(Temporal("self", "[a, self]")).Said), StringComparison.Ordinal);

    [Theory]
    [InlineData("event_count", "")]
    [InlineData("value_sum", ", field: responseStatus.code")]
    [InlineData("value_avg", ", field: responseStatus.code")]
    public void Load_CountOverACorrelation_IsAnErrorThatSaysWhy(string type, string field)
    {
        var said = Correlations.TryLoad(Temporal("below", "[a, b]"), Correlations.Document("test", $"type: {type}\nrules: [a, below]\ntimespan: 1m\ncondition: {{gte: 2{field}}}")).Said;

        Assert.Contains("13:14: error: 'below' is a correlation, which fires again with every further finding of a burst", Text(said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dedup: {by: [actor, verb]}", "'verb' is not among that and cannot be in 'dedup.by'")]
    [InlineData("firstSeen: {by: [actor]}", "10:3: error: 'firstSeen' belongs to rules on single events")]
    public void Load_BlockThatACorrelationCannotHave_IsAnError(string block, string expected) =>
        AssertSaid(expected, "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 1m\ncondition: {gte: 2}", $"auditwatch:\n  {block}");

    [Theory]
    [InlineData("{learn: 1d}", "'by' is missing")]
    [InlineData("{by: [acter]}", "no audit event has a field 'acter'; did you mean 'actor'?")]
    [InlineData("{by: [actor], learn: soon}", "'learn' must be a length of time")]
    [InlineData("{by: [actor], lern: 1d}", "unknown key 'lern'; did you mean 'learn'?")]
    public void Load_BrokenFirstSeen_SaysWhat(string section, string expected) => Assert.Contains(expected, Text(Correlations.TryLoad(
        $"title: x\nname: x\nlogsource: {{product: kubernetes, service: audit}}\ndetection: {{selection: {{verb: get}}, condition: selection}}\nauditwatch: {{firstSeen: {section}}}\n").Said), StringComparison.Ordinal);

    [Fact]
    public void Load_Everything_IsRead()
    {
        var correlation = Correlations.Load(Correlations.Document("all", """
            type: value_percentile
            rules: [a, 00000000-0000-4000-8000-00000000000b]
            group-by: [who]
            timespan: 2w
            aliases: {who: {a: actor, b: objectRef.name}, number: {a: responseStatus.code, b: verb}}
            condition: {field: number, percentile: 99.5, gt: 1.5, lte: 1e3}
            generate: true
            """)).Rules.Single(rule => rule.Name == "all").Correlation!;

        Assert.Equal(CorrelationType.ValuePercentile, correlation.Type);
        Assert.Equal(["a", "00000000-0000-4000-8000-00000000000b"], correlation.Rules.Select(rule => rule.Text));
        Assert.Equal(["who"], correlation.GroupBy);
        Assert.Equal(TimeSpan.FromDays(14), correlation.Timespan);
        Assert.Equal(["number"], correlation.Fields);
        Assert.Equal(99.5m, correlation.Percentile);
        Assert.Equal(new CorrelationCondition { GreaterThan = 1.5m, AtMost = 1000 }, correlation.Condition);
        Assert.True(correlation.Generate);
    }

    private static string Temporal(string name, string rules) => Correlations.Document(name, $"type: temporal\nrules: {rules}\ntimespan: 1m");

    private static void AssertSaid(string expected, string section, string rest = "")
    {
        var (detections, said) = Correlations.TryLoad(Correlations.Document("test", section, rest));

        Assert.Contains(expected, Text(said), StringComparison.Ordinal);
        Assert.DoesNotContain(detections.Rules, rule => rule.Name == "test");
    }

    private static string Text(Diagnostics said) => string.Join('\n', said);
}
