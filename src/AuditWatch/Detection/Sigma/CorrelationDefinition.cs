namespace AuditWatch.Detection.Sigma;

/// <summary>How a correlation adds findings up. See the Sigma Correlation Rules Specification 2.1, "Correlation types".</summary>
public enum CorrelationType
{
    /// <summary>The number of findings in the window.</summary>
    EventCount,

    /// <summary>The number of distinct values of a field in the window.</summary>
    ValueCount,
}

/// <summary>What findings of other rules must add up to within a window of event time.</summary>
public sealed record CorrelationDefinition
{
    /// <summary>How the findings are added up.</summary>
    public required CorrelationType Type { get; init; }

    /// <summary>The names of the rules whose findings count.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>The fields whose values keep groups of findings apart; empty: all findings are one group.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>The length of the sliding window.</summary>
    public required TimeSpan Timespan { get; init; }

    /// <summary>The field whose distinct values are counted, for <see cref="CorrelationType.ValueCount"/>.</summary>
    public string? Field { get; init; }

    /// <summary>The number at which, and above which, the correlation fires.</summary>
    public required long Threshold { get; init; }

    /// <summary>Whether the rules it refers to raise alerts of their own as well. Default: they do not.</summary>
    public bool Generate { get; init; }
}
