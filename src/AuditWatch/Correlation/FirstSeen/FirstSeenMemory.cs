using AuditWatch.Detection;

namespace AuditWatch.Correlation.FirstSeen;

/// <summary>The combinations of values that one detection has met. Bounded. Not thread-safe.</summary>
internal sealed class FirstSeenMemory(string detection, FirstSeenDefinition definition, int capacity)
{
    private const int MaxClusters = 10_000;

    // How far what is kept of when a combination was last met may lag behind.
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    private readonly Recent<(string Cluster, DateTimeOffset Since)> _learning = new();
    private readonly Recent<DateTimeOffset> _met = new();
    private readonly Digest _digest = new();
    private FirstSeenChanges _changes = new();
    private int _forgotten;

    /// <summary>The detection and the fields it goes by: what was learnt by other fields says nothing.</summary>
    public string Scope { get; } = $"{detection}({string.Join(", ", definition.By)})";

    public IEnumerable<FirstSeenState.LearningStart> LearningStarts =>
        _learning.OldestFirst.Select(pair => new FirstSeenState.LearningStart(Scope, pair.Value.Cluster, pair.Value.Since));

    public IEnumerable<FirstSeenState.Combination> Combinations =>
        _met.OldestFirst.Select(pair => new FirstSeenState.Combination(Scope, pair.Key, pair.Value));

    /// <summary>Learning begins in a cluster, unless it has begun before.</summary>
    public void BeginLearning(string cluster, DateTimeOffset since)
    {
        var key = _digest.Add(cluster).Take();
        if (_learning.TryGet(key, out _))
        {
            return;
        }

        _learning.Set(key, (cluster, since));
        _changes.LearningStarts.Add(new FirstSeenState.LearningStart(Scope, cluster, since));
        if (_learning.Count > MaxClusters)
        {
            _learning.RemoveOldest();
        }
    }

    /// <summary>Remembers the finding's combination.</summary>
    /// <returns>Whether it has not been met before, and learning is over.</returns>
    public bool IsFirst(Finding finding, DateTimeOffset time)
    {
        _digest.Add(finding.Cluster);
        foreach (var field in definition.By)
        {
            _digest.Add(ValueOf(finding, field));
        }

        var key = _digest.Take();
        var isNew = !_met.TryGet(key, out var last);
        Remember(key, isNew || last < time ? time : last);
        if (isNew || time - last >= Freshness)
        {
            _changes.Combinations.Add(new FirstSeenState.Combination(Scope, key, time));
        }

        return isNew && !(_learning.TryGet(_digest.Add(finding.Cluster).Take(), out var start) && time - start.Since < definition.Learn);
    }

    /// <summary>The clause that says why the finding is one.</summary>
    public string Describe(Finding finding) => $"first seen: {string.Join(", ", definition.By.Select(field => $"{field}: {ValueOf(finding, field)}"))}";

    /// <summary>Adds a combination that was met before.</summary>
    public void Add(FirstSeenState.Combination combination) => Remember(combination.Key, combination.LastMet);

    /// <summary>What has been learnt and forgotten since the last call.</summary>
    public FirstSeenChanges TakeChanges()
    {
        var changes = _changes;
        _changes = new FirstSeenChanges();
        return changes;
    }

    /// <summary>How many combinations have been forgotten since the last call.</summary>
    public int TakeForgotten()
    {
        var count = _forgotten;
        _forgotten = 0;
        return count;
    }

    private static string ValueOf(Finding finding, string field) => finding.Carried.FirstOrDefault(pair => pair.Key == field).Value ?? "";

    private void Remember(UInt128 key, DateTimeOffset time)
    {
        _met.Set(key, time);
        if (_met.Count > capacity)
        {
            _changes.Forgotten.Add((Scope, _met.OldestFirst.First().Key));
            _met.RemoveOldest();
            _forgotten++;
        }
    }
}
