using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>What a composite must be beyond its syntax: its steps make sense together, and every variable gets a value before it is compared.</summary>
internal static class CompositeChecks
{
    /// <summary>Reports what is wrong.</summary>
    /// <param name="definition">The composite, as far as it could be read.</param>
    /// <param name="steps">Where its steps are.</param>
    /// <param name="diagnostics">Gets errors, and warnings of what is allowed and hardly meant.</param>
    public static void Check(CompositeDefinition definition, SourceLocation steps, Diagnostics diagnostics)
    {
        var positive = definition.Positive.ToList();
        if (definition.Steps.Count is < 2 or > CompositeDefinition.MaxSteps)
        {
            diagnostics.Error(steps, $"a composite has 2 to {CompositeDefinition.MaxSteps} steps");
        }
        else if (positive.Count == 0)
        {
            diagnostics.Error(steps, "every step is a 'not': at least one must have a finding");
        }

        for (var i = 0; i < definition.Steps.Count; i++)
        {
            var step = definition.Steps[i];
            if (step.Within is not null && !definition.IsOrdered)
            {
                diagnostics.Error(step.Location, $"the step '{step.Name}' has a 'within', but steps without an order have none before them");
            }
            else if (step.Within > definition.Within && !(i == 0 && step.IsNot))
            {
                diagnostics.Warning(step.Location, $"the step '{step.Name}' may take longer than the whole story, which takes at most {definition.Within}");
            }
            else if (step.Within is not null && i == 0 && !step.IsNot)
            {
                diagnostics.Warning(step.Location, $"nothing is before the step '{step.Name}': its 'within' means nothing");
            }

            if (definition.IsOrdered && step.IsNot && i > 0 && definition.Steps[i - 1].IsNot)
            {
                diagnostics.Error(step.Location, $"'{definition.Steps[i - 1].Name}' and '{step.Name}' are both 'not', and nothing is between them; a 'not' takes a list of detections");
            }
        }

        CheckJoins(positive, diagnostics);
        CheckVariables(definition, diagnostics);
    }

    // Every finding of a step that is not joined with the first, be it through others, goes with every one of that.
    private static void CheckJoins(List<CompositeStep> positive, Diagnostics diagnostics)
    {
        var apart = positive.ToList();
        TakeJoined(apart);
        while (apart.Count > 0)
        {
            var joined = TakeJoined(apart);
            var (steps, field) = joined is [var only] ? ($"step '{only.Name}'", "a field of it") : ($"steps {string.Join(", ", joined.Select(step => $"'{step.Name}'"))}", "a field of one of them");
            diagnostics.Warning(joined[0].Location, $"nothing but the cluster joins the {steps} with the others: give {field} the value of a variable of theirs");
        }
    }

    // The first of the steps, and all that are joined with it.
    private static List<CompositeStep> TakeJoined(List<CompositeStep> steps)
    {
        var joined = steps.Take(1).ToList();
        for (var i = 0; i < joined.Count; i++)
        {
            steps.RemoveAll(joined.Contains);
            joined.AddRange(steps.FindAll(step => Joins(step).Intersect(Joins(joined[i])).Any()));
        }

        return joined;

        static IEnumerable<string> Joins(CompositeStep step) => step.Variables.Where(use => use.How == JoinOperator.EqualTo).Select(use => use.Variable);
    }

    private static void CheckVariables(CompositeDefinition definition, Diagnostics diagnostics)
    {
        var bound = definition.Positive.SelectMany(step => step.Variables).Where(use => use.Binds).ToDictionary(use => use.Variable, StringComparer.Ordinal);
        foreach (var part in definition.Parts)
        {
            foreach (var use in part.Variables.Where(use => !bound.ContainsKey(use.Variable)))
            {
                diagnostics.Error(use.Location, $"nothing gives ${use.Variable} a value: only 'not' and 'until' name it{Suggestion.For("$" + use.Variable, bound.Keys.Select(name => "$" + name))}");
            }

            foreach (var use in part.Variables.Where(use => use.Binds))
            {
                if (use.How != JoinOperator.EqualTo)
                {
                    diagnostics.Error(use.Location, $"${use.Variable} gets its value here, and there is nothing yet to compare with: leave the modifier out");
                }

                if (part.Variables.FirstOrDefault(other => other != use && other.Variable == use.Variable) is { } second)
                {
                    diagnostics.Error(second.Location, $"${use.Variable} is bound twice in the step '{part.Name}'; to compare two fields of one event use 'fieldref' in the rule");
                }
            }
        }
    }
}
