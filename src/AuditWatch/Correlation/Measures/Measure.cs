using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation.Measures;

/// <summary>
/// What a correlation counts or measures over a window, updated as findings enter and leave it at either end and in any order. The value depends only on
/// what is in the window, to the last digit. Not thread-safe.
/// </summary>
internal abstract class Measure
{
    /// <summary>Numbers are held as integers in millionths, so that a sum does not depend on the order of its terms.</summary>
    public const decimal Unit = 1_000_000;

    /// <summary>The value for what is in the window; 0 for an empty one.</summary>
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
