namespace AuditWatch.Detection;

/// <summary>The detections that run together, checked against each other. Immutable.</summary>
/// <param name="Rules">The rules and correlations by name, in the order of their files.</param>
public sealed record DetectionSet(IReadOnlyList<DetectionRule> Rules)
{
    /// <summary>The rules that a correlation refers to, by name or id.</summary>
    public IEnumerable<DetectionRule> ReferencedBy(DetectionRule correlation) =>
        Rules.Where(rule => correlation.Correlation!.Rules.Any(reference => reference == rule.Name || reference == rule.Id));

    /// <summary>Of each rule, by name, the fields whose values correlations over its findings need.</summary>
    internal ILookup<string, string> CarriedFields() => Rules
        .Where(rule => rule.Correlation is not null)
        .SelectMany(correlation => ReferencedBy(correlation).SelectMany(rule => FieldsFor(correlation).Select(field => (rule.Name, field))))
        .ToLookup(pair => pair.Name, pair => pair.field, StringComparer.Ordinal);

    private static IEnumerable<string> FieldsFor(DetectionRule correlation)
    {
        var needed = correlation.Correlation!.GroupBy.Concat(correlation.DedupBy).Append(correlation.Actor)
            .Concat(SummaryTemplate.FieldsOf(correlation.Summary));
        return correlation.Correlation.Field is { } counted ? needed.Append(counted) : needed;
    }
}
