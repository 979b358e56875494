namespace AuditWatch.Policy.Coverage;

/// <summary>The requests that a rule of a policy matches, by the rule's own tests.</summary>
internal static class RuleShapes
{
    /// <summary>The shapes of one rule, which together are all that it matches.</summary>
    public static IReadOnlyList<RequestShape> Of(PolicyRule rule, RequestUniverse universe)
    {
        var who = universe.WhereVerb(rule.MatchesVerb).Intersect(universe.WherePrincipal(one => rule.MatchesUser(one.User, one.Groups)));
        if (!rule.IsForResources)
        {
            return [rule.NonResourceUrls.Count == 0 ? who : who.Intersect(universe.WhereTarget(target => !target.IsResource && rule.MatchesPath(target.Path)))];
        }

        var there = who.Intersect(universe.WhereNamespace(rule.MatchesNamespace)).Intersect(universe.WhereTarget(target => target.IsResource));
        return rule.Resources.Count == 0
            ? [there]
            : [.. rule.Resources.Select(entry => there
                .Intersect(universe.WhereTarget(target => entry.Matches(target.Group, target.Resource, target.Subresource)))
                .Intersect(universe.WhereName(entry.MatchesName)))];
    }
}
