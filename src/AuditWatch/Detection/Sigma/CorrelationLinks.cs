namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Resolves the references of correlations to other rules, and removes the correlations that cannot be used: references to nothing, circles, aliases with gaps, and types that
/// cannot count another correlation. See the Sigma Correlation Rules Specification 2.1, "Related rules" and "Field Name Aliases".
/// </summary>
internal sealed class CorrelationLinks(List<DetectionRule> rules, IReadOnlyList<DetectionRule> broken, Diagnostics diagnostics)
{
    private readonly HashSet<DetectionRule> _unusable = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<DetectionRule> _visited = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reports every problem, and removes from the list every correlation that has one or rests on one that has.</summary>
    public static void Check(List<DetectionRule> rules, IReadOnlyList<DetectionRule> broken, Diagnostics diagnostics)
    {
        var links = new CorrelationLinks(rules, broken, diagnostics);
        foreach (var rule in rules.Where(rule => rule.Correlation is not null))
        {
            links.CheckReferences(rule);
            links.CheckAliases(rule, rule.Correlation!.Aliases);
        }

        foreach (var rule in rules.Where(links._visited.Add))
        {
            links.CheckCircles(rule, []);
        }

        links.SpreadUnusable();
        rules.RemoveAll(links._unusable.Contains);
    }

    private void CheckReferences(DetectionRule rule)
    {
        var seen = new HashSet<DetectionRule>(ReferenceEqualityComparer.Instance);
        foreach (var reference in rule.Correlation!.Rules)
        {
            if (Find(reference) is null && broken.Any(reference.IsTo))
            {
                Error(rule, reference.Location, $"the correlation '{rule.Name}' refers to '{reference.Text}', which cannot be used");
            }
            else if (Find(reference) is not { } target)
            {
                Error(rule, reference.Location, $"the correlation '{rule.Name}' refers to a rule '{reference.Text}' that is not there{MissingRule.Advice(reference.Text, rules)}");
            }
            else if (!seen.Add(target))
            {
                Error(rule, reference.Location, $"the rule '{target.Name}' is listed twice");
            }
            else if (target.Composite is not null)
            {
                Error(rule, reference.Location, $"'{target.Name}' is a composite; a correlation counts what rules and other correlations find");
            }
            else if (target.IsAwaited)
            {
                Error(rule, reference.Location, $"'{target.Name}' is awaited by composites and found only while one waits for it: a correlation cannot count it");
            }
            else if (target.Correlation is not null && !CanRestOnCorrelations(rule.Correlation.Type))
            {
                Error(rule, reference.Location, $"'{target.Name}' is a correlation, which fires again with every further finding of a burst; "
                    + "only value_count, temporal and temporal_ordered build on one");
            }
        }
    }

    private void CheckAliases(DetectionRule rule, IReadOnlyList<FieldAlias> aliases)
    {
        foreach (var alias in aliases)
        {
            foreach (var reference in rule.Correlation!.Rules)
            {
                if (Find(reference) is { } target && !alias.Fields.Any(pair => pair.Key.IsTo(target)))
                {
                    Error(rule, alias.Location, $"the alias '{alias.Name}' names no field for the rule '{reference.Text}'");
                }
            }

            foreach (var (reference, field) in alias.Fields)
            {
                var target = Find(reference);
                if (target is null || !rule.Correlation!.Rules.Any(listed => listed.IsTo(target)))
                {
                    Error(rule, reference.Location, $"the alias '{alias.Name}' is about a rule '{reference.Text}', which is not among the correlation's rules");
                }
                else if (!Events.FieldPath.TryParse(field, out _) && target.Correlation?.Aliases.Any(inner => inner.Name == field) != true)
                {
                    Error(rule, reference.Location, $"no audit event has a field '{field}'{Events.EventSchema.Suggest(field)}");
                }
            }
        }
    }

    // Depth first: a reference back to a rule on the way here closes a circle.
    private void CheckCircles(DetectionRule rule, List<DetectionRule> path)
    {
        path.Add(rule);
        foreach (var reference in rule.Correlation?.Rules ?? [])
        {
            if (Find(reference) is not { Correlation: not null } target)
            {
                continue;
            }

            if (path.IndexOf(target) is >= 0 and var start)
            {
                var circle = path[start..];
                var names = string.Join(" -> ", circle.Append(target).Select(one => one.Name));
                diagnostics.Error(reference.Location, $"correlations that refer to each other in a circle: {names}");
                _unusable.UnionWith(circle);
            }
            else if (_visited.Add(target))
            {
                CheckCircles(target, path);
            }
        }

        path.RemoveAt(path.Count - 1);
    }

    private void SpreadUnusable()
    {
        for (var found = true; found;)
        {
            found = false;
            foreach (var rule in rules.Where(rule => rule.Correlation is not null && !_unusable.Contains(rule)))
            {
                if (rule.Correlation!.Rules.FirstOrDefault(reference => Find(reference) is { } target && _unusable.Contains(target)) is { } broken)
                {
                    Error(rule, broken.Location, $"the correlation '{rule.Name}' refers to '{broken.Text}', which cannot be used");
                    found = true;
                    break;
                }
            }
        }
    }

    // While a burst goes on, every further finding reaches its threshold again: there is no number of bursts to be had as they pass.
    private static bool CanRestOnCorrelations(CorrelationType type) =>
        type is CorrelationType.ValueCount or CorrelationType.Temporal or CorrelationType.TemporalOrdered;

    private DetectionRule? Find(RuleReference reference) => rules.Find(reference.IsTo);

    private void Error(DetectionRule rule, SourceLocation location, string message)
    {
        diagnostics.Error(location, message);
        _unusable.Add(rule);
    }
}
