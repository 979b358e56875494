namespace AuditWatch.Correlation.FirstSeen;

/// <summary>What detections with <c>firstSeen</c> have learnt, as plain records. Immutable.</summary>
/// <param name="LearningStarts">Since when they have been learning in which cluster.</param>
/// <param name="Combinations">What they have met, of each detection the one met longest ago first.</param>
public sealed record FirstSeenState(IReadOnlyList<FirstSeenState.LearningStart> LearningStarts, IReadOnlyList<FirstSeenState.Combination> Combinations)
{
    /// <summary>A detection has been learning in a cluster since a moment of event time.</summary>
    /// <param name="Scope">The detection and the fields it goes by.</param>
    /// <param name="Cluster">The cluster.</param>
    /// <param name="Since">The time of the first event.</param>
    public sealed record LearningStart(string Scope, string Cluster, DateTimeOffset Since);

    /// <summary>A detection has met a combination of values.</summary>
    /// <param name="Scope">The detection and the fields it goes by.</param>
    /// <param name="Key">A hash of cluster and values; the same on every machine.</param>
    /// <param name="LastMet">When it was last met, in event time.</param>
    public sealed record Combination(string Scope, UInt128 Key, DateTimeOffset LastMet);
}
