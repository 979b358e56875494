using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Linting;

/// <summary>Rules that decide about no request: they match none, or earlier rules have decided about all that they match.</summary>
internal static class UnreachableRules
{
    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        var universe = RequestUniverse.Of(policy, []);
        var walk = new PolicyWalk(policy, universe);
        foreach (var rule in policy.Rules)
        {
            var matched = RuleShapes.Of(rule, universe).SelectMany(shape => universe.Possible.Select(shape.Intersect)).Where(shape => !shape.IsEmpty).ToList();
            var deciders = matched.SelectMany(walk.Decide).Select(part => part.Rule!).Distinct().ToList();
            if (matched.Count == 0)
            {
                diagnostics.Warning(rule.Location, "no request matches this rule");
            }
            else if (!deciders.Contains(rule))
            {
                var lines = string.Join(", ", deciders.Select(decider => decider.Location.Line).Order());
                diagnostics.Warning(rule.Location, $"this rule is never reached: all it matches is decided in line {lines}");
            }
        }
    }
}
