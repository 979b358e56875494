using AuditWatch.Events;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// A reference in the <c>auditwatch</c> block of a composite (summary, dedup, actor): a variable (<c>$role</c>), a field of a step's
/// finding (<c>made.verb</c>), or a field of the latest finding (<c>actor</c>).
/// </summary>
/// <param name="Text">As written.</param>
/// <param name="Variable">The variable, without its dollar; null if it is a field.</param>
/// <param name="Step">The step; null for the latest finding.</param>
/// <param name="Field">The field; empty for a variable.</param>
internal sealed record CompositeReference(string Text, string? Variable, CompositeStep? Step, string Field)
{
    /// <summary>The reference, or null with what is wrong with it.</summary>
    public static CompositeReference? Parse(string text, CompositeDefinition composite, out string problem)
    {
        problem = "";
        if (text.StartsWith('$'))
        {
            var names = composite.Variables.ToList();
            if (names.Contains(text[1..]))
            {
                return new CompositeReference(text, text[1..], null, "");
            }

            problem = $"no step binds '{text}'{Yaml.Suggestion.For(text, names.Select(name => "$" + name))}";
            return null;
        }

        // What a correlation calls by an alias.
        if (composite.Steps.SelectMany(one => one.Variables).Any(use => use.Alias is not null && use.Variable == text))
        {
            return new CompositeReference(text, text, null, "");
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var step = dot < 0 ? null : composite.Steps.FirstOrDefault(one => one.Name == text[..dot]);
        if (step is { IsNot: true })
        {
            problem = $"the step '{step.Name}' is a 'not' and has no finding to show";
            return null;
        }

        var field = step is null ? text : text[(dot + 1)..];
        if (FieldPath.TryParse(field, out _))
        {
            return new CompositeReference(text, null, step, field);
        }

        problem = $"no audit event has a field '{field}'{EventSchema.Suggest(field, composite.Positive.Select(one => one.Name))}";
        return null;
    }

    /// <summary>The valid references in the summary, the dedup fields and the actor of a composite.</summary>
    public static IEnumerable<CompositeReference> In(DetectionRule rule) => SummaryTemplate.FieldsOf(rule.Summary).Concat(rule.DedupBy).Append(rule.Actor)
        .Distinct(StringComparer.Ordinal).Select(text => Parse(text, rule.Composite!, out _)).OfType<CompositeReference>();
}
