using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Matching;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection;

/// <summary>One of the ways in which a rule can match (<see cref="Disjuncts"/>), with a place of its own in the index. Immutable; safe for any number of threads.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Condition">What must hold.</param>
/// <param name="Rest">What of it the index leaves open (<see cref="RuleIndex.Rest"/>): the same matcher for disjuncts of which the same is left.</param>
internal sealed record Disjunct(CompiledRule Rule, Expression Condition, Matcher Rest)
{
    /// <summary>The disjuncts of a rule, in the order of its condition.</summary>
    public static IReadOnlyList<Disjunct> Of(CompiledRule rule)
    {
        var rests = new List<(Expression Expression, Matcher Matcher)>();
        return [.. Disjuncts.Of(rule.Rule.Search!.Condition).Select(disjunct => new Disjunct(rule, disjunct, Rest(RuleIndex.Rest(disjunct))))];

        Matcher Rest(Expression rest)
        {
            var known = rests.FindIndex(one => AreSame(one.Expression, rest));
            if (known < 0)
            {
                known = rests.Count;
                rests.Add((rest, MatcherCompiler.Compile(rest)));
            }

            return rests[known].Matcher;
        }
    }

    private static bool AreSame(Expression one, Expression other) =>
        one == other || (one is Expression.And all && other is Expression.And others && all.Parts.SequenceEqual(others.Parts));
}
