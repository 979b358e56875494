using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Compiles conditions to selectors of the requests that they can match: never too few, and too many only where something decides that a policy does not
/// know, such as the user agent or the outcome, or where a pattern is compared with names that nobody mentions.
/// </summary>
internal sealed class SelectorCompiler
{
    private readonly FieldSelectors _fields;

    private SelectorCompiler(RequestUniverse universe) => _fields = new FieldSelectors(universe);

    /// <summary>
    /// The selectors of a detection on single events. Requests with invalid credentials (401) are among them only if its condition asks for those.
    /// </summary>
    public static IReadOnlyList<RequestSelector> Compile(DetectionRule rule, RequestUniverse universe)
    {
        var condition = rule.Search!.Condition;
        var shape = AsksForUnauthenticated(condition) ? universe.Everything : universe.WherePrincipal(one => one.IsAuthenticated);
        var stages = CompiledRule.SelectsStage(condition) ? AuditStages.All : AuditStages.All & ~AuditStages.RequestReceived;
        var limits = new RequestSelector(shape, AuditLevel.Metadata, null, stages, IsCertain: true);
        return RequestSelector.Intersect(new SelectorCompiler(universe).Of(condition, negated: false), [limits]);
    }

    private List<RequestSelector> Of(Expression expression, bool negated) => expression switch
    {
        Expression.Selection selection => Of(selection.Body, negated),
        Expression.Not negation => Of(negation.Part, !negated),
        Expression.And all => negated ? AnyOf(all.Parts, negated) : AllOf(all.Parts, negated),
        Expression.Or any => OfOr(any, negated),
        Expression.Field field => _fields.Of(field.Path, [field.Test], negated),
        Expression.AnyElement element => _fields.OfElement(element.Path, negated),
        Expression.Keyword => _fields.OfKeyword(negated),
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    // All values of one field at once: apart they would be as many selectors.
    private List<RequestSelector> OfOr(Expression.Or any, bool negated)
    {
        var byField = any.Parts.OfType<Expression.Field>().GroupBy(field => field.Path, StringComparer.Ordinal)
            .Select(group => _fields.Of(group.Key, [.. group.Select(field => field.Test)], negated));
        var others = any.Parts.Where(part => part is not Expression.Field).Select(part => Of(part, negated));
        var parts = byField.Concat(others).ToList();
        return negated ? parts.Aggregate(RequestSelector.Intersect) : RequestSelector.Union(parts.SelectMany(part => part));
    }

    private List<RequestSelector> AnyOf(IEnumerable<Expression> parts, bool negated) => RequestSelector.Union(parts.SelectMany(part => Of(part, negated)));

    // The shortest list first, so that there is little to combine with the longer ones.
    private List<RequestSelector> AllOf(IEnumerable<Expression> parts, bool negated) =>
        parts.Select(part => Of(part, negated)).OrderBy(part => part.Count).Aggregate(RequestSelector.Intersect);

    private static bool AsksForUnauthenticated(Expression expression) => expression switch
    {
        Expression.Selection selection => AsksForUnauthenticated(selection.Body),
        Expression.Not negation => AsksForUnauthenticated(negation.Part),
        Expression.And all => all.Parts.Any(AsksForUnauthenticated),
        Expression.Or any => any.Parts.Any(AsksForUnauthenticated),
        Expression.Field field => field.Path switch
        {
            "responseStatus.code" => PartialEvaluation.Test(field.Test, "401") is true,
            "outcome" => PartialEvaluation.Test(field.Test, "denied") is true,
            "actor.kind" => PartialEvaluation.Test(field.Test, "unauthenticated") is true,
            "user.username" => field.Test is ValueTest.Null or ValueTest.Existence { Expected: false },
            // OpenShift's login servers write it for people who have not logged in yet.
            "annotations.authentication.openshift.io/decision" => true,
            _ => false,
        },
        _ => false,
    };
}
