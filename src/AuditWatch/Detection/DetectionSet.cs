using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection;

/// <summary>The detections that run together, with the references between them checked. Immutable; safe for any number of threads.</summary>
/// <param name="Rules">The rules and correlations, in the order of their files. Their names are unique.</param>
internal sealed record DetectionSet(IReadOnlyList<DetectionRule> Rules)
{
    private readonly Lazy<Dictionary<string, DetectionRule>> _byName = new(() => Rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal));

    /// <summary>What could be parsed of rules with errors, so that lints can report all of their mistakes at once. They do not run.</summary>
    internal IReadOnlyList<DetectionRule> Broken { get; init; } = [];

    /// <summary>The rule of that name; null if there is none.</summary>
    public DetectionRule? Find(string name) => _byName.Value.GetValueOrDefault(name);

    /// <summary>The rules that a correlation or composite refers to, in its order, each once; of a rule on single events, none.</summary>
    public IEnumerable<DetectionRule> ReferencedBy(DetectionRule rule) => (rule.Correlation?.Rules ?? rule.Composite?.Parts.SelectMany(part => part.Rules) ?? [])
        .Select(reference => Rules.FirstOrDefault(reference.IsTo)).OfType<DetectionRule>().Distinct();

    /// <summary>The rules that raise no alerts of their own, because a correlation or composite that counts them says so.</summary>
    public IReadOnlySet<DetectionRule> FeedingOnly() => Rules
        .Where(rule => rule.Correlation is not null)
        .SelectMany(correlation => ReferencedBy(correlation).Select(rule => (rule, correlation.Correlation!.Generate)))
        .GroupBy(pair => pair.rule).Where(feeds => !feeds.Any(feed => feed.Generate)).Select(feeds => feeds.Key)
        .Concat(Rules.SelectMany(rule => rule.Composite?.Parts.Where(part => !(part.Generate ?? rule.Composite.Generate)) ?? []).SelectMany(part => Rules.Where(rule => part.Rules.Any(one => one.IsTo(rule)))))
        .Concat(Rules.Where(rule => rule.IsAwaited))
        .ToHashSet();

    /// <summary>The set of a rule and of all rules that it refers to, directly or not.</summary>
    public DetectionSet Of(DetectionRule rule)
    {
        var needed = new List<DetectionRule> { rule };
        for (var i = 0; i < needed.Count; i++)
        {
            needed.AddRange(ReferencedBy(needed[i]).Where(other => !needed.Contains(other)));
        }

        return new DetectionSet(needed);
    }

    /// <summary>The fields for <see cref="Finding.Carried"/>, by the name of the rule.</summary>
    internal ILookup<string, string> CarriedFields()
    {
        var shown = ShownByComposites().ToLookup(pair => pair.Rule, pair => pair.Field, StringComparer.Ordinal);
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
                .Concat(shown[rule.Name])
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Of each rule, by name, the fields whose values, each for itself, composites compare.</summary>
    internal ILookup<string, string> JoinedFields() => Rules
        .SelectMany(composite => composite.Composite?.Parts.SelectMany(part => Rules.Where(rule => part.Rules.Any(one => one.IsTo(rule))).SelectMany(rule => part.FieldsOf(rule).Select(field => (rule, field)))) ?? [])
        .SelectMany(pair => WithThoseItCounts(pair.rule, pair.field))
        .Distinct()
        .ToLookup(pair => pair.Rule, pair => pair.Field, StringComparer.Ordinal);

    // A correlation hands on what its latest finding has.
    private IEnumerable<(string Rule, string Field)> WithThoseItCounts(DetectionRule rule, string field) =>
        [(rule.Name, field), .. ReferencedBy(rule).SelectMany(counted => WithThoseItCounts(counted, rule.Correlation!.FieldIn(counted, field)))];

    private IEnumerable<(string Rule, string Field)> ShownByComposites() =>
        from composite in Rules
        where composite.Composite is not null
        from reference in CompositeReference.In(composite)
        where reference.Variable is null
        from step in composite.Composite!.Positive
        where reference.Step is null || reference.Step.Name == step.Name
        from rule in Rules
        where step.Rules.Any(one => one.IsTo(rule))
        select (rule.Name, reference.Field);

    private static IEnumerable<string> FieldsOf(DetectionRule correlation) => correlation.Correlation!.GroupBy
        .Concat(correlation.Correlation.Fields)
        .Concat(correlation.DedupBy)
        .Append(correlation.Actor)
        .Concat(SummaryTemplate.FieldsOf(correlation.Summary));
}
