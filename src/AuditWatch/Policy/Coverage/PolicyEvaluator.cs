namespace AuditWatch.Policy.Coverage;

/// <summary>Evaluates a policy for sets of requests at once: the counterpart of <see cref="AuditPolicy.Decide"/>, which does it for one. Immutable.</summary>
internal sealed class PolicyEvaluator
{
    private readonly List<(PolicyRule Rule, IReadOnlyList<RequestShape> Shapes)> _rules;

    public PolicyEvaluator(AuditPolicy policy, RequestUniverse universe) =>
        _rules = [.. policy.Rules.Select(rule => (rule, RequestsOf(rule, universe)))];

    /// <summary>The requests that a rule matches, whatever rules come before it, as a union of shapes.</summary>
    public static IReadOnlyList<RequestShape> RequestsOf(PolicyRule rule, RequestUniverse universe)
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

    /// <summary>Splits requests by the rule that decides about them, in the order of the rules; the last shapes, with a null rule, are those that no rule matches.</summary>
    public IEnumerable<(RequestShape Shape, PolicyRule? Rule)> Decide(RequestShape requests)
    {
        var (left, rest) = (new List<RequestShape> { requests }, new List<RequestShape>());
        foreach (var (rule, shapes) in _rules)
        {
            if (left.Count == 0)
            {
                yield break;
            }

            foreach (var shape in shapes.Where(shape => left.Exists(shape.Overlaps)))
            {
                foreach (var one in left)
                {
                    if (shape.Overlaps(one))
                    {
                        yield return (one.Intersect(shape), rule);
                        rest.AddRange(one.Except(shape));
                    }
                    else
                    {
                        rest.Add(one);
                    }
                }

                (left, rest) = (rest, left);
                rest.Clear();
            }
        }

        foreach (var shape in left)
        {
            yield return (shape, null);
        }
    }
}
