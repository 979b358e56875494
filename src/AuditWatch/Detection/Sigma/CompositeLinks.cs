using AuditWatch.Events;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Resolves the references of composites to other detections, and removes the composites that cannot be used: references to nothing or to other composites, fields that a
/// correlation's findings are not told apart by, and steps that cannot be waited for.
/// </summary>
internal sealed class CompositeLinks(List<DetectionRule> rules, IReadOnlyList<DetectionRule> broken, Diagnostics diagnostics)
{
    private readonly HashSet<DetectionRule> _unusable = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reports every problem, and removes from the list every composite that has one. Correlations have been checked.</summary>
    public static void Check(List<DetectionRule> rules, IReadOnlyList<DetectionRule> broken, Diagnostics diagnostics)
    {
        var links = new CompositeLinks(rules, broken, diagnostics);
        foreach (var rule in rules.Where(rule => rule.Composite is not null))
        {
            links.Check(rule);
        }

        rules.RemoveAll(links._unusable.Contains);
    }

    private void Check(DetectionRule rule)
    {
        var composite = rule.Composite!;
        var last = composite.Positive.LastOrDefault();
        foreach (var part in composite.Parts)
        {
            var seen = new HashSet<DetectionRule>(ReferenceEqualityComparer.Instance);
            foreach (var reference in part.Rules)
            {
                if (rules.Find(reference.IsTo) is null && broken.Any(reference.IsTo))
                {
                    Error(rule, reference.Location, $"the step '{part.Name}' refers to '{reference.Text}', which cannot be used");
                }
                else if (rules.Find(reference.IsTo) is not { } target)
                {
                    Error(rule, reference.Location, $"the step '{part.Name}' refers to a detection '{reference.Text}' that is not there{MissingRule.Advice(reference.Text, rules.Where(other => other.Composite is null))}");
                }
                else if (!seen.Add(target))
                {
                    Error(rule, reference.Location, $"the detection '{target.Name}' is listed twice");
                }
                else if (target.Composite is not null)
                {
                    Error(rule, reference.Location, $"'{target.Name}' is a composite; steps are rules and correlations");
                }
                else
                {
                    CheckFields(rule, part, target);
                    if (target.IsAwaited && (!composite.IsOrdered || part != last))
                    {
                        Error(rule, reference.Location, $"'{target.Name}' is awaited: it is looked for once everything else is there, and can only be the last step, in order");
                    }
                    else if (target.IsAwaited && !part.Variables.Any(use => use is { Binds: false, How: JoinOperator.EqualTo }))
                    {
                        Error(rule, reference.Location, $"'{target.Name}' is awaited: the step needs a field that equals a variable of an earlier step, by which to look for it");
                    }
                }
            }
        }
    }

    // Of all the findings behind a correlation's, only those fields are the same that it groups by.
    private void CheckFields(DetectionRule rule, CompositeStep part, DetectionRule target)
    {
        var groupBy = target.Correlation?.GroupBy;
        var uses = part.Variables.Select(use => (Field: use.FieldIn(target), use.Location)).Concat(part.Test is null ? [] : part.FieldsOf(target).Select(field => (Field: field, part.Location)));
        foreach (var (field, location) in uses.DistinctBy(use => use.Field))
        {
            if (groupBy is not null && !groupBy.Contains(field, StringComparer.Ordinal))
            {
                Error(rule, location, $"'{target.Name}' is a correlation, whose findings are told apart by its group-by only: '{field}' is not among that{Suggestion.For(field, groupBy)}");
            }
            else if (groupBy is null && !FieldPath.TryParse(field, out _))
            {
                Error(rule, location, $"no audit event has a field '{field}'{EventSchema.Suggest(field)}");
            }
        }
    }

    private void Error(DetectionRule rule, SourceLocation location, string message)
    {
        diagnostics.Error(location, message);
        _unusable.Add(rule);
    }
}
