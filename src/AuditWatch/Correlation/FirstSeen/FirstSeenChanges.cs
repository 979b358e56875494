namespace AuditWatch.Correlation.FirstSeen;

/// <summary>What detections with <c>firstSeen</c> have learnt and forgotten, as plain records, so that it need not all be kept anew.</summary>
public sealed class FirstSeenChanges
{
    /// <summary>In which clusters learning has begun.</summary>
    public List<FirstSeenState.LearningStart> LearningStarts { get; } = [];

    /// <summary>What has been met for the first time, or for the first time in a while.</summary>
    public List<FirstSeenState.Combination> Combinations { get; } = [];

    /// <summary>What was forgotten to make room, by scope and key.</summary>
    public List<(string Scope, UInt128 Key)> Forgotten { get; } = [];

    /// <summary>Adds those of another detection.</summary>
    internal void Add(FirstSeenChanges others)
    {
        LearningStarts.AddRange(others.LearningStarts);
        Combinations.AddRange(others.Combinations);
        Forgotten.AddRange(others.Forgotten);
    }
}
