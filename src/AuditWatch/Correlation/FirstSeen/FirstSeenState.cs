namespace AuditWatch.Correlation.FirstSeen;

/// <summary>All that detections with <c>firstSeen</c> have learnt, as plain records for storage. Immutable.</summary>
/// <param name="LearningStarts">Since when they have learnt in which cluster.</param>
/// <param name="Combinations">The combinations that they have seen; of each detection, the one that was seen longest ago first.</param>
internal sealed record FirstSeenState(IReadOnlyList<FirstSeenState.LearningStart> LearningStarts, IReadOnlyList<FirstSeenState.Combination> Combinations)
{
    /// <summary>The event time since which a detection has learnt in a cluster.</summary>
    /// <param name="Scope">The detection and its fields.</param>
    /// <param name="Cluster">The cluster.</param>
    /// <param name="Since">The time of the first event.</param>
    public sealed record LearningStart(string Scope, string Cluster, DateTimeOffset Since);

    /// <summary>A combination of values that a detection has seen.</summary>
    /// <param name="Scope">The detection and its fields.</param>
    /// <param name="Key">A hash of the cluster and the values; the same on every machine and in every version.</param>
    /// <param name="LastMet">The event time at which it was last seen, at most an hour too early.</param>
    /// <param name="Sharer">Whose share of the memory it counts to; null in a state from before that was noted: nobody's.</param>
    public sealed record Combination(string Scope, UInt128 Key, DateTimeOffset LastMet, string? Sharer = null);
}

/// <summary>What detections with <c>firstSeen</c> have learnt and evicted since some moment, as plain records for storage. Not thread-safe.</summary>
internal sealed class FirstSeenChanges
{
    /// <summary>The clusters in which learning has begun.</summary>
    public List<FirstSeenState.LearningStart> LearningStarts { get; } = [];

    /// <summary>The combinations that were seen for the first time, or again after an hour or more.</summary>
    public List<FirstSeenState.Combination> Combinations { get; } = [];

    /// <summary>The combinations that were evicted to bound the memory, by scope and key.</summary>
    public List<(string Scope, UInt128 Key)> Evicted { get; } = [];

    /// <summary>Adds the changes of another detection.</summary>
    internal void Add(FirstSeenChanges others)
    {
        LearningStarts.AddRange(others.LearningStarts);
        Combinations.AddRange(others.Combinations);
        Evicted.AddRange(others.Evicted);
    }
}
