namespace AuditWatch.Detection.Sigma;

/// <summary>A Sigma correlation: aggregates findings of other rules in a sliding window of event time and compares the result with a condition. Immutable. See the Sigma Correlation Rules Specification 2.1.</summary>
internal sealed record CorrelationDefinition
{
    /// <summary>The most findings of one group that are held; a threshold above it could never be reached.</summary>
    public const int MaxFindings = 10_000;

    /// <summary>What is counted or measured.</summary>
    public required CorrelationType Type { get; init; }

    /// <summary>The rules whose findings count; for <see cref="CorrelationType.TemporalOrdered"/> in the order they must match in.</summary>
    public required IReadOnlyList<RuleReference> Rules { get; init; }

    /// <summary>The fields or aliases whose values keep groups of findings apart; empty: all findings of a cluster are one group.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>Names for what is found in a different field of each rule's findings.</summary>
    public IReadOnlyList<FieldAlias> Aliases { get; init; } = [];

    /// <summary>The length of the sliding window. Two findings exactly so far apart are not in one window.</summary>
    public required TimeSpan Timespan { get; init; }

    /// <summary>
    /// The fields or aliases whose values are counted or measured: one, or for <see cref="CorrelationType.ValueCount"/> several that count together.
    /// </summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>For <see cref="CorrelationType.ValuePercentile"/>, which one: 0 (the least value) to 100 (the greatest).</summary>
    public decimal Percentile { get; init; }

    /// <summary>What the count or measure of a window must be for the correlation to fire.</summary>
    public required CorrelationCondition Condition { get; init; }

    /// <summary>Whether the rules it refers to raise alerts of their own as well. Default: they do not.</summary>
    public bool Generate { get; init; }

    /// <summary>
    /// Whether a further finding in a window can undo that the condition holds. Such a window can be judged only once everything in it has
    /// arrived; all others are judged as each finding arrives.
    /// </summary>
    public bool IsProvisional => Type is CorrelationType.ValueAverage or CorrelationType.ValuePercentile || !Condition.HoldsEverAfter;

    /// <summary>The field in which findings of <paramref name="source"/> have what the correlation calls <paramref name="name"/>.</summary>
    public string FieldIn(DetectionRule source, string name) =>
        Aliases.FirstOrDefault(alias => alias.Name == name)?.FieldIn(source) ?? name;
}

/// <summary>A rule that another refers to.</summary>
/// <param name="Text">Its name or its id, as written.</param>
/// <param name="Location">Where it is referred to.</param>
internal sealed record RuleReference(string Text, SourceLocation Location)
{
    /// <summary>Whether the reference is to <paramref name="rule"/>, by its name or id.</summary>
    public bool IsTo(DetectionRule rule) => Text == rule.Name || Text == rule.Id;
}

/// <summary>A field alias: one name for a field that is called differently in the findings of each rule. See the specification, "Field Name Aliases".</summary>
/// <param name="Name">The name, for group-by, the condition, the summary and dedup.</param>
/// <param name="Fields">The field for each rule.</param>
/// <param name="Location">Where it is defined.</param>
internal sealed record FieldAlias(string Name, IReadOnlyList<KeyValuePair<RuleReference, string>> Fields, SourceLocation Location)
{
    /// <summary>The field in findings of <paramref name="rule"/>; null if it has no such field.</summary>
    public string? FieldIn(DetectionRule rule) => Fields.FirstOrDefault(pair => pair.Key.IsTo(rule)).Value;
}
