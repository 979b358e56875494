using AuditWatch.Detection;
using AuditWatch.Sharing;

namespace AuditWatch.Correlation.FirstSeen;

/// <summary>
/// The set of the combinations of values that one detection with <c>firstSeen</c> has seen, and since when it has learnt in which cluster. Of more than its
/// capacity one of the account that has the most is evicted, see <see cref="SharedMap{TValue}"/>, and counts as new when it comes again. Not thread-safe.
/// </summary>
/// <param name="detection">The name of the detection.</param>
/// <param name="definition">The fields, and for how long is learnt.</param>
/// <param name="capacity">The most combinations held, at about 250 bytes each.</param>
internal sealed class FirstSeenSet(string detection, FirstSeenDefinition definition, int capacity)
{
    private const int MaxClusters = 10_000;

    // How far the recorded time at which a combination was last seen may lag behind.
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    private readonly LruMap<(string Cluster, DateTimeOffset Since)> _learning = new();
    private readonly SharedMap<DateTimeOffset> _seen = new(Math.Max(1, capacity / 100));
    private readonly TextHasher _hasher = new();
    private FirstSeenChanges _changes = new();
    private int _evicted;

    /// <summary>The detection and its fields, which records of the set are stored under: what was learnt for other fields does not apply.</summary>
    public string Scope { get; } = $"{detection}({string.Join(", ", definition.By)})";

    public IEnumerable<FirstSeenState.LearningStart> LearningStarts =>
        _learning.LeastRecentFirst.Select(pair => new FirstSeenState.LearningStart(Scope, pair.Value.Cluster, pair.Value.Since));

    public IEnumerable<FirstSeenState.Combination> Combinations =>
        _seen.All.Select(one => new FirstSeenState.Combination(Scope, one.Key, one.Value, one.Sharer.ToString())).OrderBy(combination => combination.LastMet);

    /// <summary>Begins to learn in a cluster, unless that has begun already.</summary>
    public void BeginLearning(string cluster, DateTimeOffset since)
    {
        var key = _hasher.Add(cluster).GetHashAndReset();
        if (_learning.TryGet(key, out _))
        {
            return;
        }

        _learning.Set(key, (cluster, since));
        _changes.LearningStarts.Add(new FirstSeenState.LearningStart(Scope, cluster, since));
        if (_learning.Count > MaxClusters)
        {
            _learning.RemoveLeastRecent();
        }
    }

    /// <summary>Adds the finding's combination.</summary>
    /// <returns>Whether it was not in the set and the cluster's learning period is over.</returns>
    public bool IsFirst(Finding finding, DateTimeOffset time)
    {
        _hasher.Add(finding.Cluster);
        foreach (var field in definition.By)
        {
            _hasher.Add(ValueOf(finding, field));
        }

        var key = _hasher.GetHashAndReset();
        var isNew = !_seen.TryGet(key, out var last);
        var latest = isNew || last < time ? time : last;
        if (isNew || time - last >= Freshness)
        {
            var sharer = Sharer.Of(finding.Cluster, finding.User);
            Set(key, sharer, latest);
            _changes.Combinations.Add(new FirstSeenState.Combination(Scope, key, time, sharer.ToString()));
        }
        else
        {
            _seen.Update(key, latest);
        }

        return isNew && !(_learning.TryGet(_hasher.Add(finding.Cluster).GetHashAndReset(), out var start) && time - start.Since < definition.Learn);
    }

    /// <summary>The clause for <see cref="Finding.Why"/>.</summary>
    public string Describe(Finding finding) => $"first seen: {string.Join(", ", definition.By.Select(field => $"{field}: {ValueOf(finding, field)}"))}";

    /// <summary>Adds a combination that was seen before a restart.</summary>
    public void Add(FirstSeenState.Combination combination) => Set(combination.Key, Sharer.Parse(combination.Sharer), combination.LastMet);

    /// <summary>Returns what has been learnt and evicted since the last call.</summary>
    public FirstSeenChanges DrainChanges()
    {
        var changes = _changes;
        _changes = new FirstSeenChanges();
        return changes;
    }

    /// <summary>Returns how many combinations have been evicted since the last call.</summary>
    public int DrainEvictedCount()
    {
        var count = _evicted;
        _evicted = 0;
        return count;
    }

    private static string ValueOf(Finding finding, string field) => finding.Carried.FirstOrDefault(pair => pair.Key == field).Value ?? "";

    private void Set(UInt128 key, Sharer sharer, DateTimeOffset time)
    {
        _seen.Set(key, sharer, time);
        if (_seen.Count > capacity)
        {
            _changes.Evicted.Add((Scope, _seen.RemoveExpendable().Key));
            _evicted++;
        }
    }
}
