using AuditWatch.Detection.Sigma;

namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Works out, from a condition, the requests that it can match: never fewer, and more only where something decides that the policy does not know,
/// such as a user agent or the outcome, or where a pattern meets names that nobody mentions.
/// </summary>
internal sealed class SoughtByCondition(RequestUniverse universe)
{
    private readonly SoughtByField _fields = new(universe);

    /// <summary>The requests that make the expression hold, or that make it not hold.</summary>
    public List<SoughtRequests> Of(Expression expression, bool negated = false) => expression switch
    {
        Expression.Selection selection => Of(selection.Body, negated),
        Expression.Not negation => Of(negation.Part, !negated),
        Expression.And all => negated ? Either(all.Parts, negated) : Both(all.Parts, negated),
        Expression.Or any => OfAny(any, negated),
        Expression.Field field => _fields.Of(field.Path, [field.Test], negated),
        Expression.AnyElement element => _fields.OfElement(element.Path, negated),
        Expression.Keyword => _fields.OfKeyword(negated),
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    // Values of one field are looked at together: separately they would be as many alternatives.
    private List<SoughtRequests> OfAny(Expression.Or any, bool negated)
    {
        var byField = any.Parts.OfType<Expression.Field>().GroupBy(field => field.Path, StringComparer.Ordinal)
            .Select(group => _fields.Of(group.Key, [.. group.Select(field => field.Test)], negated));
        var others = any.Parts.Where(part => part is not Expression.Field).Select(part => Of(part, negated));
        var parts = byField.Concat(others).ToList();
        return negated ? parts.Aggregate(SoughtList.Both) : SoughtList.Either(parts.SelectMany(part => part));
    }

    private List<SoughtRequests> Either(IEnumerable<Expression> parts, bool negated) => SoughtList.Either(parts.SelectMany(part => Of(part, negated)));

    // The shortest first, so that there is little to combine with the longer ones.
    private List<SoughtRequests> Both(IEnumerable<Expression> parts, bool negated) =>
        parts.Select(part => Of(part, negated)).OrderBy(part => part.Count).Aggregate(SoughtList.Both);
}
