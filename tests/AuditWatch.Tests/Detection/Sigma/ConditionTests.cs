namespace AuditWatch.Tests.Detection.Sigma;

public class ConditionTests
{
    // Of the selections a, b, sel_c, sel_d and _e the event meets a and sel_c.
    private const string Selections = """
        a: {verb: get}
        b: {verb: list}
        sel_c: {level: Metadata}
        sel_d: {level: Request}
        _e: {level: RequestResponse}
        """;

    [Theory]
    [InlineData("a", true)]
    [InlineData("b", false)]
    [InlineData("not b", true)]
    [InlineData("a and b", false)]
    [InlineData("a or b", true)]
    [InlineData("b or a and sel_d", false)]
    [InlineData("(b or a) and sel_c", true)]
    [InlineData("not a or sel_c", true)]
    [InlineData("not (a and sel_c)", false)]
    [InlineData("not not a", true)]
    [InlineData("1 of sel_*", true)]
    [InlineData("any of sel_*", true)]
    [InlineData("all of sel_*", false)]
    [InlineData("1 of them", true)]
    [InlineData("all of them", false)]
    [InlineData("not 1 of sel_*", false)]
    [InlineData("a and not all of sel_*", true)]
    [InlineData("a AND NOT b", true)]
    [InlineData("[b, a]", true)]
    public void Matches_Condition_AsSpecified(string condition, bool expected)
    {
        // Selections that a condition leaves out are warned of, which is not the matter here.
        var rule = Rule.LoadInSpiteOfWarnings($"{Selections}\ncondition: {condition}");

        Assert.Equal(expected, Rule.Match(rule, """{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{},"level":"Metadata"}""") is not null);
    }
}
