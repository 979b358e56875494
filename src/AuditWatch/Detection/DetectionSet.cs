namespace AuditWatch.Detection;

/// <summary>The detections that run together, with the references between them checked. Immutable; safe for any number of threads.</summary>
/// <param name="Rules">The rules and correlations, in the order of their files. Their names are unique.</param>
public sealed record DetectionSet(IReadOnlyList<DetectionRule> Rules)
{
    private readonly Lazy<Dictionary<string, DetectionRule>> _byName = new(() => Rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal));

    /// <summary>What could be parsed of rules with errors, so that lints can report all of their mistakes at once. They do not run.</summary>
    internal IReadOnlyList<DetectionRule> Broken { get; init; } = [];

    /// <summary>The rule of that name; null if there is none.</summary>
    public DetectionRule? Find(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>The rules that a correlation refers to, in its order.</summary>
    public IEnumerable<DetectionRule> ReferencedBy(DetectionRule correlation) =>
        correlation.Correlation!.Rules.Select(reference => Rules.FirstOrDefault(reference.IsTo)).OfType<DetectionRule>();

    /// <summary>The set of a rule and of all rules that it refers to, directly or not.</summary>
    public DetectionSet Of(DetectionRule rule)
    {
        var needed = new List<DetectionRule> { rule };
        for (var i = 0; i < needed.Count; i++)
        {
            if (needed[i].Correlation is not null)
            {
                needed.AddRange(ReferencedBy(needed[i]).Where(other => !needed.Contains(other)));
            }
        }

        return new DetectionSet(needed);
    }

    /// <summary>The fields for <see cref="Finding.Carried"/>, by the name of the rule.</summary>
    internal ILookup<string, string> CarriedFields()
    {
        var referring = Rules
            .Where(rule => rule.Correlation is not null)
            .SelectMany(correlation => ReferencedBy(correlation).Select(rule => (rule.Name, correlation)))
            .ToLookup(pair => pair.Name, pair => pair.correlation, StringComparer.Ordinal);
        var known = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        return Rules.SelectMany(rule => Carried(rule).Select(field => (rule.Name, field))).ToLookup(pair => pair.Name, pair => pair.field, StringComparer.Ordinal);

        // What a correlation needs of a rule it refers to: what itself works with, and what it has to hand on to those above it.
        List<string> Carried(DetectionRule rule) => known.TryGetValue(rule.Name, out var fields) ? fields : known[rule.Name] =
        [
            .. referring[rule.Name]
                .SelectMany(correlation => FieldsOf(correlation).Concat(Carried(correlation)).Select(field => correlation.Correlation!.FieldIn(rule, field)))
                .Concat(rule.FirstSeen?.By ?? [])
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> FieldsOf(DetectionRule correlation) => correlation.Correlation!.GroupBy
        .Concat(correlation.Correlation.Fields)
        .Concat(correlation.DedupBy)
        .Append(correlation.Actor)
        .Concat(SummaryTemplate.FieldsOf(correlation.Summary));
}
