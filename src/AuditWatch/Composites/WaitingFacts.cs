using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuditWatch.Composites;

/// <summary>
/// The facts of one composite that wait for others, by the keys that others find them by. Bounded three times over, each time at the cost of whoever
/// has most: of those alike but for their time, the one that says least is dropped; of those under one key, which are of one cluster, the oldest of the account that
/// has most; of all, the same in the cluster that has most. So nobody who floods a step pushes out another's story. Not thread-safe.
/// </summary>
/// <param name="plan">The composite.</param>
/// <param name="kept">Keeps their findings.</param>
/// <param name="metrics">Hears of what is dropped.</param>
/// <param name="capacity">The most facts in all.</param>
internal sealed class WaitingFacts(CompositePlan plan, KeptFindings kept, CompositeMetrics metrics, int capacity)
{
    /// <summary>The most facts under one key.</summary>
    public const int MaxUnderKey = 64;

    /// <summary>The most facts that differ in their time alone.</summary>
    public const int MaxAlike = 16;

    private readonly Dictionary<ulong, Bucket> _byKey = [];
    private readonly Dictionary<string, ClusterFacts> _byCluster = new(StringComparer.Ordinal);
    private readonly Stack<StepFact?[]> _spare = new();
    private readonly List<ulong> _added = [];
    private readonly List<ulong> _removed = [];
    private long _version;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Hears of each fact that waits no longer.</summary>
    public Action<StepFact>? Removed { get; init; }

    /// <summary>All that wait.</summary>
    public IEnumerable<StepFact> All => _byCluster.Values.SelectMany(cluster => cluster.All);

    /// <summary>Lets a fact wait; another may have to go for it, or itself.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="isWritten">Whether its finding is in the state already.</param>
    public void Add(StepFact fact, bool isWritten = false)
    {
        _version++;
        Count++;
        fact.IsWaiting = true;
        kept.Hold(fact.Source, isWritten);
        metrics.Waits(plan.Rule.Name, 1);
        if (!_byCluster.TryGetValue(fact.Source.Cluster, out var cluster))
        {
            _byCluster[fact.Source.Cluster] = cluster = new ClusterFacts();
        }

        cluster.Add(fact);
        foreach (var key in KeysOf(fact, _added))
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _);
            bucket.Add(fact, _version, _spare);
            if (bucket.Count > MaxAlike && Redundant(bucket.Facts, fact) is { } redundant)
            {
                Forget(redundant, "alike");
            }
            else if (bucket.Count > MaxUnderKey)
            {
                Forget(OldestOfMost(bucket.Facts), "key");
            }

            if (!fact.IsWaiting)
            {
                return;
            }
        }

        if (Count > capacity)
        {
            Forget(Largest().OldestOfMost, "memory");
        }
    }

    /// <summary>The facts under a key, until one is added or removed.</summary>
    public ReadOnlySpan<StepFact> Find(ulong key) => _byKey.TryGetValue(key, out var bucket) ? bucket.Facts : [];

    /// <summary>Rises with each fact that begins to wait under a key; 0 if none does.</summary>
    public long VersionOf(ulong key) => _byKey.TryGetValue(key, out var bucket) ? bucket.Version : 0;

    /// <summary>Lets go what nothing can come for any more.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="now">How far its events have come, in ticks of UTC.</param>
    /// <param name="extend">Says whether a fact has to wait longer after all, and then has set <see cref="StepFact.Expires"/> anew.</param>
    public void Expire(string cluster, long now, Func<StepFact, bool> extend)
    {
        while (_byCluster.TryGetValue(cluster, out var facts) && facts.TryTakeExpired(now, out var fact))
        {
            if (fact.Expires >= now || extend(fact))
            {
                facts.Await(fact, Math.Max(fact.Expires, now));
            }
            else
            {
                Remove(fact);
            }
        }
    }

    /// <summary>Lets all go.</summary>
    public void Clear()
    {
        foreach (var fact in All.ToList())
        {
            Remove(fact);
        }
    }

    private void Forget(StepFact fact, string reason)
    {
        metrics.Forgets(plan.Rule.Name, reason);
        Remove(fact);
    }

    private void Remove(StepFact fact)
    {
        fact.IsWaiting = false;
        Count--;
        metrics.Waits(plan.Rule.Name, -1);
        foreach (var key in KeysOf(fact, _removed))
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_byKey, key);
            if (!Unsafe.IsNullRef(ref bucket) && bucket.Remove(fact, _spare))
            {
                _byKey.Remove(key);
            }
        }

        var cluster = _byCluster[fact.Source.Cluster];
        cluster.Remove(fact);
        if (cluster.Count == 0)
        {
            _byCluster.Remove(fact.Source.Cluster);
        }

        kept.Release(fact.Source);
        Removed?.Invoke(fact);
    }

    private ClusterFacts Largest()
    {
        ClusterFacts? largest = null;
        foreach (var (_, cluster) in _byCluster)
        {
            largest = cluster.Count > (largest?.Count ?? 0) ? cluster : largest;
        }

        return largest!;
    }

    private List<ulong> KeysOf(StepFact fact, List<ulong> keys)
    {
        keys.Clear();
        foreach (var index in plan.IndexesOf(fact.Step))
        {
            StepKeys.Add(keys, fact, index.Places, index);
        }

        return keys;
    }

    // Of too many that differ in time alone, the one whose neighbours are nearest to each other: what is left still spans the same time.
    private static StepFact? Redundant(ReadOnlySpan<StepFact> bucket, StepFact added)
    {
        var likeness = added.Likeness;
        var alike = bucket.ToArray().Where(fact => fact.Likeness.Equals(likeness)).OrderBy(fact => fact.Time).ThenBy(fact => fact.Sequence).ToList();
        if (alike.Count <= MaxAlike)
        {
            return null;
        }

        var least = 1;
        for (var i = 2; i < alike.Count - 1; i++)
        {
            least = alike[i + 1].Time - alike[i - 1].Time < alike[least + 1].Time - alike[least - 1].Time ? i : least;
        }

        return alike[least];
    }

    private static StepFact OldestOfMost(ReadOnlySpan<StepFact> bucket) => bucket.ToArray()
        .GroupBy(fact => fact.Source.Account, StringComparer.Ordinal)
        .MaxBy(group => group.Count())!
        .MinBy(fact => fact.Sequence)!;

    /// <summary>The facts under one key, in the order in which they came. Of most there is one.</summary>
    private struct Bucket
    {
        private StepFact?[]? _facts;

        public int Count { get; private set; }

        public long Version { get; private set; }

        public readonly ReadOnlySpan<StepFact> Facts => _facts.AsSpan(0, Count)!;

        public void Add(StepFact fact, long version, Stack<StepFact?[]> spare)
        {
            _facts ??= spare.TryPop(out var one) ? one : new StepFact?[1];
            if (Count == _facts.Length)
            {
                Array.Resize(ref _facts, 2 * Count);
            }

            _facts[Count++] = fact;
            Version = version;
        }

        /// <summary>Removes a fact; says whether none is left.</summary>
        public bool Remove(StepFact fact, Stack<StepFact?[]> spare)
        {
            var at = Array.IndexOf(_facts!, fact, 0, Count);
            if (at >= 0)
            {
                Count--;
                Array.Copy(_facts!, at + 1, _facts!, at, Count - at);
                _facts![Count] = null;
            }

            if (Count == 0 && _facts!.Length == 1)
            {
                spare.Push(_facts);
            }

            return Count == 0;
        }
    }
}
