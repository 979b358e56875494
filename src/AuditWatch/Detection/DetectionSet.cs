namespace AuditWatch.Detection;

/// <summary>The detections that run together, checked against each other. Immutable.</summary>
/// <param name="Rules">The rules and correlations by name, in the order of their files.</param>
public sealed record DetectionSet(IReadOnlyList<DetectionRule> Rules)
{
    private readonly Lazy<Dictionary<string, DetectionRule>> _byName = new(() => Rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal));

    /// <summary>What could be read of rules that cannot be used, so that an author hears of all their mistakes at once. They do not run.</summary>
    internal IReadOnlyList<DetectionRule> Broken { get; init; } = [];

    /// <summary>The rule of a name; null if there is none.</summary>
    public DetectionRule? Find(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>The rules that a correlation refers to, in its order.</summary>
    public IEnumerable<DetectionRule> ReferencedBy(DetectionRule correlation) =>
        correlation.Correlation!.Rules.Select(reference => Rules.FirstOrDefault(reference.IsTo)).OfType<DetectionRule>();

    /// <summary>A rule with all that it rests on: what is needed to try it on its own.</summary>
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

    /// <summary>Of each rule, by name, the fields whose values later stages need of its findings.</summary>
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
