using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Writes a condition as a disjunction whose disjuncts the facets can rule out one by one. An <c>or</c> over several facets requires nothing of any of them, so no
/// facet rules out a rule that has one; each of its parts may well require something.
/// <code>
///   verb: update and (actor.kind: human or userAgent: curl*)      verb: update and actor.kind: human
///                                                                 verb: update and userAgent: curl*
/// </code>
/// An <c>or</c> that one facet decides, or with a part that no facet is asked about, stays as it is.
/// </summary>
internal static class Disjuncts
{
    // Each is a bit in every mask. A condition that would have more keeps an 'or'.
    private const int Most = 12;

    /// <summary>The disjuncts, in the order of the condition; at least one. The condition holds of an event if and only if one of them does.</summary>
    public static IReadOnlyList<Expression> Of(Expression condition) => [.. Expand(Normalize(condition, isNegated: false), Most).Select(All)];

    // Each disjunct as its conjuncts.
    private static List<List<Expression>> Expand(Expression expression, int most)
    {
        List<List<Expression>> disjuncts = [[]];
        foreach (var conjunct in expression is Expression.And all ? all.Parts : [expression])
        {
            if (conjunct is Expression.Or any && !IsList(any) && !RuleIndex.Decides(any) && any.Parts.All(RuleIndex.Asks))
            {
                var parts = any.Parts.SelectMany(part => Expand(part, most)).ToList();
                if (parts.Count > 0 && disjuncts.Count * parts.Count <= most)
                {
                    disjuncts = [.. disjuncts.SelectMany(disjunct => parts.Select(part => (List<Expression>)[.. disjunct, .. part]))];
                    continue;
                }
            }

            disjuncts.ForEach(disjunct => disjunct.Add(conjunct));
        }

        return disjuncts;
    }

    // Negations stand at the tests, and no 'and' stands in an 'and' nor an 'or' in an 'or'.
    private static Expression Normalize(Expression expression, bool isNegated) => expression switch
    {
        Expression.Selection selection => Normalize(selection.Body, isNegated),
        Expression.Not negation => Normalize(negation.Part, !isNegated),
        Expression.Or list when IsList(list) => isNegated ? new Expression.Not(list) : list,
        Expression.And all when !isNegated => All(all.Parts.Select(part => Normalize(part, isNegated))),
        Expression.And all => Any(all.Parts.Select(part => Normalize(part, isNegated))),
        Expression.Or any when !isNegated => Any(any.Parts.Select(part => Normalize(part, isNegated))),
        Expression.Or any => All(any.Parts.Select(part => Normalize(part, isNegated))),
        _ => isNegated ? new Expression.Not(expression) : expression,
    };

    // The values of one field, which are tested together.
    private static bool IsList(Expression.Or any) => any.Parts is [Expression.Field first, ..] && any.Parts.All(part => part is Expression.Field field && field.Path == first.Path);

    private static Expression All(IEnumerable<Expression> parts)
    {
        List<Expression> flat = [.. parts.SelectMany(part => part is Expression.And all ? all.Parts : [part])];
        return flat is [var only] ? only : new Expression.And(flat);
    }

    private static Expression Any(IEnumerable<Expression> parts)
    {
        List<Expression> flat = [.. parts.SelectMany(part => part is Expression.Or any && !IsList(any) ? any.Parts : [part])];
        return flat is [var only] ? only : new Expression.Or(flat);
    }
}
