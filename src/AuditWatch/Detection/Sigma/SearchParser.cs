using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>Reads named selections and the condition over them: the <c>detection</c> section of a rule, the <c>filter</c> section of a filter.</summary>
internal sealed class SearchParser(Placeholders placeholders, Diagnostics diagnostics)
{
    /// <summary>The condition with its selections in place, or null if it cannot be used.</summary>
    /// <param name="section">The section.</param>
    /// <param name="otherKeys">Keys of the section that are no selections.</param>
    public Expression? Parse(YamlMap section, params ReadOnlySpan<string> otherKeys)
    {
        var selections = new Dictionary<string, Expression>(StringComparer.Ordinal);
        var places = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var parser = new SelectionParser(placeholders, diagnostics);
        foreach (var (key, value) in section.Values)
        {
            if (key.Text != "condition" && !otherKeys.Contains(key.Text))
            {
                selections[key.Text] = parser.Parse(value);
                places[key.Text] = key.Location;
            }
        }

        if (!section.TryGet("condition", out var condition))
        {
            section.Missing("condition");
            return null;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        var alternatives = new List<Expression>();
        foreach (var text in condition.Elements)
        {
            try
            {
                alternatives.Add(ConditionParser.Parse(text.Text, text.Location, selections, used));
            }
            catch (SigmaException problem)
            {
                diagnostics.Error(problem.Location, problem.Message);
            }
        }

        foreach (var (name, place) in places)
        {
            if (!used.Contains(name) && alternatives.Count > 0)
            {
                diagnostics.Warning(place, $"the condition does not use the selection '{name}'");
            }
        }

        return alternatives.Count switch { 0 => null, 1 => alternatives[0], _ => new Expression.Or(alternatives) };
    }
}
