using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection.Linting;

/// <summary>
/// Finds steps of composites that can never be: none of the findings of their rules can be as the step wants them, or another step rules out every one. What both sides say for certain counts
/// only; see <see cref="PossibleMatches"/>.
/// </summary>
internal static class CompositeLint
{
    private const string Never = "can never match: ";

    /// <summary>Reports what can never be: an error if nothing makes up for it, a warning where another rule of the same step does.</summary>
    /// <param name="composite">The composite.</param>
    /// <param name="rules">The rules that its steps may refer to.</param>
    /// <param name="diagnostics">Gets what there is to say.</param>
    public static void Report(CompositeDefinition composite, IReadOnlyList<DetectionRule> rules, Diagnostics diagnostics)
    {
        foreach (var part in composite.Parts)
        {
            var targets = part.Rules.Select(reference => rules.FirstOrDefault(reference.IsTo)).OfType<DetectionRule>().ToList();
            var impossible = targets.Select(target => (Target: target, Problem: ProblemOf(part, target))).Where(one => one.Problem is not null).ToList();
            foreach (var (target, problem) in impossible)
            {
                var message = $"the step '{part.Name}' can never be a finding of '{target.Name}': {problem!.Message}";
                if (impossible.Count == targets.Count)
                {
                    diagnostics.Error(problem.Location, message);
                }
                else
                {
                    diagnostics.Warning(problem.Location, message);
                }
            }
        }

        // With an order what rules it out would have to come strictly before or after.
        foreach (var not in composite.Steps.Where(step => step.IsNot && (step.IsAnywhere || !composite.IsOrdered)))
        {
            if (composite.Positive.FirstOrDefault(step => TakesAllOf(not, step)) is { } step)
            {
                diagnostics.Error(not.Location, $"the step '{not.Name}' must not be, and is there with every finding of '{step.Name}': the story can never be told");
            }
        }
    }

    // Why no finding of a rule is as the step wants it; null if one may be, or the rule finds nothing anyway.
    private static Diagnostic? ProblemOf(CompositeStep step, DetectionRule target)
    {
        if (target.Search is not { } search || First(search.Condition) is not null)
        {
            return null;
        }

        // A value that is another, or none, may be none.
        var needed = step.Variables.Where(use => use.How != JoinOperator.NotEqualTo).Select(use => new Expression.Field(use.FieldIn(target), new ValueTest.Existence(Expected: true), use.Location));
        return First(new Expression.And([search.Condition, .. step.Test is null ? [] : new[] { step.Test }, .. needed]));
    }

    private static Diagnostic? First(Expression expression)
    {
        var found = new Diagnostics();
        new PossibleMatches(found).Report(expression);
        return found.FirstOrDefault(one => one.Severity == DiagnosticSeverity.Error) is { } error ? error with { Message = error.Message.Replace(Never, "", StringComparison.Ordinal) } : null;
    }

    private static bool TakesAllOf(CompositeStep not, CompositeStep step) =>
        not.Test is null
        && step.Rules.All(rule => not.Rules.Any(other => other.Text == rule.Text))
        && not.Variables.All(use => use.How == JoinOperator.EqualTo && step.Variables.Any(own => own.Field == use.Field && own.Variable == use.Variable && own.How == JoinOperator.EqualTo));
}
