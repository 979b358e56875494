using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Linting;

/// <summary>Warns of rules that decide about no request: they match none, or rules before them decide about all that they match.</summary>
internal static class UnreachableRules
{
    private const int MaxLinesNamed = 10;

    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        var universe = RequestUniverse.Of(policy, []);
        var walk = new PolicyEvaluator(policy, universe);
        var reached = Deciders(universe.Everything).ToHashSet<PolicyRule>(ReferenceEqualityComparer.Instance);
        foreach (var rule in policy.Rules.Where(rule => !reached.Contains(rule)))
        {
            var deciders = PolicyEvaluator.RequestsOf(rule, universe).SelectMany(Deciders).Distinct<PolicyRule>(ReferenceEqualityComparer.Instance).Take(MaxLinesNamed + 1).ToList();
            if (deciders.Count == 0)
            {
                diagnostics.Warning(rule.Location, "no request matches this rule");
            }
            else
            {
                var lines = string.Join(", ", deciders.Take(MaxLinesNamed).Select(decider => decider.Location.Line).Order());
                diagnostics.Warning(rule.Location, $"this rule is never reached: all it matches is decided in line {lines}{(deciders.Count > MaxLinesNamed ? " and others" : "")}");
            }
        }

        IEnumerable<PolicyRule> Deciders(RequestShape requests) =>
            walk.Decide(requests).Where(part => universe.Possible.Any(part.Shape.Overlaps)).Select(part => part.Rule).OfType<PolicyRule>();
    }
}
