using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation.Measures;

/// <summary>
/// What a correlation counts or measures, kept up to date as findings come into its window and leave it, at either end and in any order. The value
/// depends on what is in the window alone, to the last digit.
/// </summary>
internal abstract class Measure
{
    /// <summary>Numbers are kept in millionths, so that sums come out the same in whatever order they are made.</summary>
    public const decimal Unit = 1_000_000;

    /// <summary>The count or measure of what is in the window.</summary>
    public abstract decimal Value { get; }

    /// <summary>A finding has come into the window.</summary>
    public abstract void Add(in WindowEntry entry);

    /// <summary>A finding has left the window.</summary>
    public abstract void Remove(in WindowEntry entry);

    /// <summary>The measure of an empty window.</summary>
    public static Measure For(CorrelationDefinition correlation) => correlation.Type switch
    {
        CorrelationType.EventCount => new FindingCount(),
        CorrelationType.ValueCount => new DistinctCount(),
        CorrelationType.Temporal => new RuleCount(correlation.Rules.Count),
        CorrelationType.TemporalOrdered => new OrderedRuleCount(correlation.Rules.Count),
        CorrelationType.ValueSum => new Sum(),
        CorrelationType.ValueAverage => new Average(),
        _ => new Percentile(correlation.Percentile),
    };
}
