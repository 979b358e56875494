namespace AuditWatch.Detection.Sigma;

/// <summary>How a correlation adds findings up. See the Sigma Correlation Rules Specification 2.1, "Correlation Types".</summary>
internal enum CorrelationType
{
    /// <summary>The number of findings in the window (<c>event_count</c>).</summary>
    EventCount,

    /// <summary>The number of distinct values of a field, or of several fields together (<c>value_count</c>). Findings without a value do not count.</summary>
    ValueCount,

    /// <summary>The number of rules that have findings in the window, in any order (<c>temporal</c>).</summary>
    Temporal,

    /// <summary>All rules have findings in the window, in the order of the rules; at the same instant counts as in order (<c>temporal_ordered</c>).</summary>
    TemporalOrdered,

    /// <summary>
    /// The sum of a field's numbers (<c>value_sum</c>). Negative numbers do not count: they would let an attacker take back what has been counted.
    /// </summary>
    ValueSum,

    /// <summary>The average of a field's numbers (<c>value_avg</c>).</summary>
    ValueAverage,

    /// <summary>A percentile of a field's numbers by the nearest-rank method (<c>value_percentile</c>; <c>value_median</c> is the fiftieth).</summary>
    ValuePercentile,
}
