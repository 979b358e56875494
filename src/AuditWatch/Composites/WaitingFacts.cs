using AuditWatch.Sharing;

namespace AuditWatch.Composites;

/// <summary>
/// The facts of one composite that wait for others, by the keys that others find them by. Bounded three times over, each time at the cost of whoever
/// has most: of those alike but for their time, the one that says least is dropped; of those under one key, which are of one cluster, the oldest of the account that
/// has most; of all, the same in the cluster that has most. So nobody who floods a step pushes out another's story. It is long for one class because a fact that comes or goes
/// changes all of its indexes together: by key, by time, by account and by cluster. Not thread-safe.
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

    private readonly Dictionary<string, Bucket> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PriorityQueue<StepFact, long>> _expiring = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Cluster, string Name), Account> _accounts = [];
    private readonly Dictionary<string, SortedSet<Account>> _byCount = new(StringComparer.Ordinal);
    private readonly Tally<string> _clusters = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Hears of each fact that waits no longer.</summary>
    public Action<StepFact>? Removed { get; init; }

    /// <summary>All that wait.</summary>
    public IEnumerable<StepFact> All => _accounts.Values.SelectMany(account => account.Facts).Where(fact => fact.IsWaiting);

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
        var whose = (fact.Source.Cluster, fact.Source.Account);
        var account = _accounts.TryGetValue(whose, out var known) ? known : _accounts[whose] = new Account();
        Recount(fact, account, () => account.Add(fact));
        var queue = QueueOf(fact);
        queue.Enqueue(fact, fact.Expires);
        if (queue.Count > 2 * capacity)
        {
            // Those that had to go are in it until their time comes: under a flood they would be all there is.
            _expiring[fact.Source.Cluster] = new PriorityQueue<StepFact, long>(queue.UnorderedItems.Where(one => one.Element.IsWaiting));
        }

        foreach (var key in KeysOf(fact))
        {
            if (!_byKey.TryGetValue(key, out var bucket))
            {
                _byKey[key] = bucket = [];
            }

            bucket.Add(fact);
            bucket.Version = _version;
            if (bucket.Count > MaxAlike && Redundant(bucket, fact) is { } redundant)
            {
                Forget(redundant, "alike");
            }
            else if (bucket.Count > MaxUnderKey)
            {
                Forget(OldestOfMost(bucket), "key");
            }

            if (!fact.IsWaiting)
            {
                return;
            }
        }

        if (Count > capacity)
        {
            Forget(_byCount[_clusters.Max!.Value.Key].Max!.Oldest(), "memory");
        }
    }

    /// <summary>The facts under a key.</summary>
    public IReadOnlyList<StepFact> Find(string key) => _byKey.TryGetValue(key, out var bucket) ? bucket : [];

    /// <summary>Rises with each fact that begins to wait under a key; 0 if none does.</summary>
    public long VersionOf(string key) => _byKey.TryGetValue(key, out var bucket) ? bucket.Version : 0;

    /// <summary>Lets go what nothing can come for any more.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="now">How far its events have come, in ticks of UTC.</param>
    /// <param name="extend">Says whether a fact has to wait longer after all, and then has set <see cref="StepFact.Expires"/> anew.</param>
    public void Expire(string cluster, long now, Func<StepFact, bool> extend)
    {
        if (!_expiring.TryGetValue(cluster, out var queue))
        {
            return;
        }

        while (queue.TryPeek(out var fact, out var expires) && expires < now)
        {
            queue.Dequeue();
            if (fact.IsWaiting && (fact.Expires >= now || extend(fact)))
            {
                queue.Enqueue(fact, Math.Max(fact.Expires, now));
            }
            else if (fact.IsWaiting)
            {
                Remove(fact);
            }
        }

        if (queue.Count == 0)
        {
            _expiring.Remove(cluster);
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
        foreach (var key in KeysOf(fact))
        {
            if (_byKey.TryGetValue(key, out var bucket))
            {
                bucket.Remove(fact);
                if (bucket.Count == 0)
                {
                    _byKey.Remove(key);
                }
            }
        }

        var account = _accounts[(fact.Source.Cluster, fact.Source.Account)];
        Recount(fact, account, account.Remove);
        if (account.Count == 0)
        {
            _accounts.Remove((fact.Source.Cluster, fact.Source.Account));
        }

        kept.Release(fact.Source);
        Removed?.Invoke(fact);
    }

    private void Recount(StepFact fact, Account account, Action change)
    {
        var cluster = fact.Source.Cluster;
        if (!_byCount.TryGetValue(cluster, out var accounts))
        {
            _byCount[cluster] = accounts = new(Account.Fewest);
        }

        accounts.Remove(account);
        var before = account.Count;
        change();
        _clusters.Add(cluster, account.Count - before);
        if (account.Count > 0)
        {
            accounts.Add(account);
        }
        else if (accounts.Count == 0)
        {
            _byCount.Remove(cluster);
        }
    }

    private IEnumerable<string> KeysOf(StepFact fact) => plan.IndexesOf(fact.Step).SelectMany(index => StepKeys.Of(fact, index.Places, index));

    private PriorityQueue<StepFact, long> QueueOf(StepFact fact)
    {
        if (!_expiring.TryGetValue(fact.Source.Cluster, out var queue))
        {
            _expiring[fact.Source.Cluster] = queue = new PriorityQueue<StepFact, long>();
        }

        return queue;
    }

    // Of too many that differ in time alone, the one whose neighbours are nearest to each other: what is left still spans the same time.
    private static StepFact? Redundant(List<StepFact> bucket, StepFact added)
    {
        var alike = bucket.Where(added.IsLike).OrderBy(fact => fact.Time).ThenBy(fact => fact.Sequence).ToList();
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

    private static StepFact OldestOfMost(List<StepFact> bucket) => bucket
        .GroupBy(fact => fact.Source.Account, StringComparer.Ordinal)
        .MaxBy(group => group.Count())!
        .MinBy(fact => fact.Sequence)!;

    private sealed class Bucket : List<StepFact>
    {
        public long Version { get; set; }
    }

    /// <summary>The facts of one account, the oldest first; those that wait no longer leave when they come first.</summary>
    private sealed class Account
    {
        public static readonly IComparer<Account> Fewest =
            Comparer<Account>.Create((a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : b._since.CompareTo(a._since));

        // The place of its oldest fact in the order of arrival: names are chosen by whoever has many accounts.
        private long _since;

        public int Count { get; private set; }

        public Queue<StepFact> Facts { get; } = new();

        public void Add(StepFact fact)
        {
            Facts.Enqueue(fact);
            Count++;
            _since = Facts.Peek().Sequence;
        }

        public void Remove()
        {
            Count--;
            while (Facts.TryPeek(out var fact) && !fact.IsWaiting)
            {
                Facts.Dequeue();
            }

            _since = Count > 0 ? Facts.Peek().Sequence : 0;
        }

        public StepFact Oldest() => Facts.Peek();
    }
}
