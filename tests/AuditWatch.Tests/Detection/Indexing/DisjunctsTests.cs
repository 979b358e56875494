using AuditWatch.Detection;
using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Sigma;
using AuditWatch.Tests.Detection.Sigma;

namespace AuditWatch.Tests.Detection.Indexing;

public class DisjunctsTests
{
    [Theory]
    [InlineData("s: {verb: get, user.username: jane}\ncondition: s", "verb & user.username")]
    [InlineData("s: {verb: [get, list]}\ncondition: s", "verb|verb")]
    [InlineData("s: {verb: get}\nt: {objectRef.resource: pods}\ncondition: s or t", "verb|objectRef.resource")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: s or t", "verb", "user.username")]
    [InlineData("s: {level: Request}\nt: [{verb: get}, {user.username: jane}]\ncondition: s and t", "level & verb", "level & user.username")]
    [InlineData("s: {verb: get}\nt: {user.username: jane, level: Request}\ncondition: s or t", "verb", "user.username & level")]
    [InlineData("s: {verb: get}\nt: {level: Request}\ncondition: s or t", "verb|level")]
    [InlineData("s: {verb: get}\nt: {user.username: jane, level: Request}\ncondition: s and not t", "verb & not user.username|not level")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: not (s and t)", "not verb", "not user.username")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: not (s or t)", "not verb & not user.username")]
    [InlineData("s: {verb: get}\nt: {user.username: jane}\ncondition: not not (s or t)", "verb", "user.username")]
    [InlineData("s: {verb: [get, list]}\ncondition: not s", "not verb|verb")]
    public void Of_Condition_IsSplitWhereFacetsTellItsPartsApart(string detection, params string[] expected) =>
        Assert.Equal(expected, Disjuncts.Of(Rule.Load(detection).Search!.Condition).Select(Text));

    [Fact]
    public void Of_ConditionOfManyWays_StaysWhole()
    {
        var selections = Enumerable.Range(0, 6).Select(i => $"s{i}: [{{verb: v{i}}}, {{user.username: u{i}}}]");
        var condition = Rule.Load($"{string.Join('\n', selections)}\ncondition: all of s*").Search!.Condition;

        Assert.InRange(Disjuncts.Of(condition).Count, 2, 12);
    }

    [Fact]
    public void Of_DisjunctsOfWhichTheSameIsLeft_ShareItsMatcher()
    {
        var disjuncts = Disjunct.Of(new CompiledRule(Rule.Load("s: {level: Request}\nt: [{verb: get}, {user.username: jane}]\ncondition: s and t"), []));

        Assert.Equal(2, disjuncts.Count);
        Assert.Same(disjuncts[0].Rest, disjuncts[1].Rest);
    }

    private static string Text(Expression expression) => expression switch
    {
        Expression.And all => string.Join(" & ", all.Parts.Select(Text)),
        Expression.Or any => string.Join('|', any.Parts.Select(Text)),
        Expression.Not negation => $"not {Text(negation.Part)}",
        Expression.Field field => field.Path,
        _ => expression.ToString(),
    };
}
