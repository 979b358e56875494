using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads the condition of a temporal correlation over the names of its rules (<c>a and not b</c>), which Sigma has approved for 2.2
/// (SigmaHQ/sigma-specification, issue 198). It is a composite whose steps are joined by the correlation's group-by: what must not be must be nowhere
/// within one timespan of all that must.
/// </summary>
internal sealed class RuleCondition(IReadOnlyList<RuleReference> rules, IReadOnlyList<string> groupBy, IReadOnlyList<FieldAlias> aliases, Diagnostics diagnostics)
{
    /// <summary>The composite, or null if the condition cannot be used.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="frame">The composite without its steps.</param>
    public CompositeDefinition? Parse(YamlValue condition, CompositeDefinition frame)
    {
        try
        {
            var used = new HashSet<string>(StringComparer.Ordinal);
            var names = rules.Select(rule => rule.Text).Distinct(StringComparer.Ordinal).ToDictionary(name => name, Expression (_) => new Expression.Or([]), StringComparer.Ordinal);
            var expression = ConditionParser.Parse(condition.Text, condition.Location, names, used);
            foreach (var unused in rules.Where(rule => !used.Contains(rule.Text)))
            {
                diagnostics.Warning(unused.Location, $"the condition does not use the rule '{unused.Text}'");
            }

            var terms = expression is Expression.And all ? all.Parts : [expression];
            var steps = terms.Select((term, i) => Step(term, $"step{i + 1}", condition.Location)).ToList();
            if (steps.TrueForAll(step => step.IsNot))
            {
                throw new SigmaException(condition.Location, "holds when nothing happens, and a stream has no event to fire at then; at least one rule must stand without 'not'");
            }

            // The order is that of the rules, wherever the condition names them.
            var ordered = steps.OrderBy(step => step.IsNot).ThenBy(step => step.Rules.Min(PlaceOf));
            return frame with { Steps = CompositeParser.Bound(frame.IsOrdered ? ordered : steps.OrderBy(step => step.IsNot)) };
        }
        catch (SigmaException problem)
        {
            diagnostics.Error(problem.Location, problem.Message);
            return null;
        }
    }

    private int PlaceOf(RuleReference reference) => rules.TakeWhile(rule => rule.Text != reference.Text).Count();

    private CompositeStep Step(Expression term, string name, SourceLocation location)
    {
        var isNot = term is Expression.Not;
        var inner = term is Expression.Not negation ? negation.Part : term;
        var alternatives = inner is Expression.Or any ? any.Parts : [inner];
        var named = alternatives.OfType<Expression.Selection>().Select(one => rules.First(rule => rule.Text == one.Name)).ToList();
        if (named.Count < alternatives.Count)
        {
            throw new SigmaException(location, "a condition over rules joins by 'and' what is a rule, 'not' a rule, or '(one or another)'; for more write several correlations");
        }

        return new CompositeStep(name, named, location)
        {
            IsNot = isNot,
            IsAnywhere = isNot,
            Variables = [.. groupBy.Select(field => new VariableUse(field, field, JoinOperator.EqualTo, location) { Alias = aliases.FirstOrDefault(alias => alias.Name == field) })],
        };
    }
}
