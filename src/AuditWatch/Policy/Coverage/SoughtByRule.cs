using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Policy.Coverage;

/// <summary>The requests that a detection on single events is after.</summary>
internal static class SoughtByRule
{
    /// <summary>
    /// The requests. Those that nobody is authenticated for (401) are among them only if the rule asks for them: no other rule is written with them in mind.
    /// </summary>
    public static IReadOnlyList<SoughtRequests> Of(DetectionRule rule, RequestUniverse universe)
    {
        var condition = rule.Search!.Condition;
        var shape = AsksForUnauthenticated(condition) ? universe.Everything : universe.WherePrincipal(one => one.IsAuthenticated);
        var stages = CompiledRule.SelectsStage(condition) ? AuditStages.All : AuditStages.All & ~AuditStages.RequestReceived;
        var limits = new SoughtRequests(shape, AuditLevel.Metadata, null, stages, IsCertain: true);
        return SoughtList.Both(new SoughtByCondition(universe).Of(condition), [limits]);
    }

    private static bool AsksForUnauthenticated(Expression expression) => expression switch
    {
        Expression.Selection selection => AsksForUnauthenticated(selection.Body),
        Expression.Not negation => AsksForUnauthenticated(negation.Part),
        Expression.And all => all.Parts.Any(AsksForUnauthenticated),
        Expression.Or any => any.Parts.Any(AsksForUnauthenticated),
        Expression.Field field => field.Path switch
        {
            "responseStatus.code" => Decision.Of(field.Test, "401") is true,
            "outcome" => Decision.Of(field.Test, "denied") is true,
            "actor.kind" => Decision.Of(field.Test, "unauthenticated") is true,
            "user.username" => field.Test is ValueTest.Null or ValueTest.Existence { Expected: false },
            _ => false,
        },
        _ => false,
    };
}
