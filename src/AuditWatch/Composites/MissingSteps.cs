using AuditWatch.Detection.Sigma;

namespace AuditWatch.Composites;

/// <summary>What stands in the way of a story that has begun: the step that is missing, and of findings that nearly were it, what did not agree.</summary>
internal static class MissingSteps
{
    // Enough for a test; of a flood, a part says it.
    private const int MaxLooks = 10_000;
    private const int MaxExamples = 3;

    /// <summary>The story that has come furthest, in words; nothing if none has begun.</summary>
    /// <param name="plan">The composite.</param>
    /// <param name="facts">The facts that wait.</param>
    public static IEnumerable<string> Of(CompositePlan plan, IReadOnlyList<StepFact> facts)
    {
        var looks = 0;
        var furthest = Longest(plan, facts.Where(fact => plan.IsPositive(fact.Step)).ToLookup(fact => fact.Step), [], ref looks);
        if (furthest.Count == 0)
        {
            return [];
        }

        var have = furthest.Select(fact => $"  {plan.Parts[fact.Step].Name}: {CompositeText.Request(fact)}");
        return furthest.Count == plan.Positive.Length
            ? [$"{plan.Rule.Name}: every step is there", .. have, .. plan.Parts.Where(part => part.IsNot).Select(part => $"  '{part.Name}' must not be: there is such a finding, or its time is not over; a test lets time go by with 'advance'")]
            : [$"{plan.Rule.Name}: has {furthest.Count} of {plan.Positive.Length} steps", .. have, .. Next(plan, facts, furthest)];
    }

    private static List<StepFact> Longest(CompositePlan plan, ILookup<int, StepFact> facts, List<StepFact> chosen, ref int looks)
    {
        var best = chosen;
        if (chosen.Count == plan.Positive.Length)
        {
            return best;
        }

        foreach (var fact in facts[plan.Positive[chosen.Count]])
        {
            if (looks++ > MaxLooks)
            {
                break;
            }

            if (Objection(plan, chosen, fact) is null && Longest(plan, facts, [.. chosen, fact], ref looks) is var longer && longer.Count > best.Count)
            {
                best = longer;
            }
        }

        return best;
    }

    private static IEnumerable<string> Next(CompositePlan plan, IReadOnlyList<StepFact> facts, List<StepFact> chosen)
    {
        var step = plan.Positive[chosen.Count];
        var name = plan.Parts[step].Name;
        var candidates = facts.Where(fact => fact.Step == step).Take(MaxExamples).ToList();
        var rules = string.Join(" or ", plan.Parts[step].Rules.Select(rule => rule.Text));
        return candidates.Count == 0
            ? [$"  '{name}' is missing: no {rules}{(plan.Parts[step].Variables.Count > 0 ? $" with {string.Join(", ", plan.Parts[step].Variables.Select(use => Wanted(plan, chosen, use)))}" : "")}"]
            : candidates.Select(fact => $"  '{name}' is missing: of {CompositeText.Request(fact)}: {Objection(plan, chosen, fact)}");
    }

    private static string Wanted(CompositePlan plan, List<StepFact> chosen, VariableUse use) => use.Binds ? $"{use.Field} (${use.Variable})"
        : plan.Binding(use.Variable) is var (part, place) && chosen.Find(fact => fact.Step == part) is { } binding ? $"{use.Field} {CompositeText.Word(use.How)} '{binding.Values[place][0]}' (${use.Variable})"
        : use.Field;

    // Why a fact does not go with those chosen before it; null if it does.
    private static string? Objection(CompositePlan plan, List<StepFact> chosen, StepFact fact)
    {
        var uses = plan.Parts[fact.Step].Variables;
        for (var place = 0; place < uses.Count; place++)
        {
            var use = uses[place];
            if (!use.Binds && plan.Binding(use.Variable) is var (part, bindingPlace) && chosen.Find(other => other.Step == part) is { } binding
                && !JoinConditions.Holds(fact, place, use.How, binding, bindingPlace))
            {
                return $"{use.Field} should be {CompositeText.Word(use.How)} '{binding.Values[bindingPlace][0]}' (${use.Variable}) and is {(fact.Values[place].Count == 0 ? "absent" : $"'{string.Join(", ", fact.Values[place])}'")}";
            }
        }

        var within = plan.Definition.Within;
        var last = chosen.LastOrDefault();
        return chosen.Exists(other => other.Source.Cluster != fact.Source.Cluster) ? "the cluster is another"
            : chosen.Exists(other => other.Source == fact.Source) ? "the finding is that of another step"
            : chosen.Exists(other => !JoinConditions.IsNear(fact, other, within.Ticks)) ? $"the time is {within} or more from that of another step"
            : !plan.Definition.IsOrdered || last is null ? null
            : fact.Time < last.Time ? $"the time is before '{plan.Parts[last.Step].Name}'"
            : plan.Parts[fact.Step].Within is { } own && fact.Time - last.Time >= own.Ticks ? $"the time is {own} or more after '{plan.Parts[last.Step].Name}'"
            : null;
    }
}
