using System.Diagnostics.CodeAnalysis;

namespace AuditWatch.Sharing;

/// <summary>
/// A map whose entries count to accounts of clusters, and that drops entries of whoever has too many, so that one account's flood costs others nothing. When its owner has one dropped, that is of the cluster that has the
/// most: of the account that has the most there, if that is more than its share, which no ordinary account comes near; else of the whole cluster. Of these, it is the entry that was used longest ago. It drops none by itself. Not thread-safe.
/// </summary>
/// <typeparam name="TValue">What is held.</typeparam>
/// <param name="share">What an account may have, in weights, before it counts as the one to lose something.</param>
internal sealed class SharedMap<TValue>(int share)
{
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly Tally<ulong> _clusters = new(Comparer<ulong>.Default);
    private readonly Dictionary<ulong, Tally<ulong>> _accounts = [];
    private readonly Dictionary<ulong, LinkedList<Entry>> _ofCluster = [];
    private readonly Dictionary<Sharer, LinkedList<Entry>> _ofAccount = [];

    /// <summary>How many values there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Keys, values and whose they are, in no order.</summary>
    public IEnumerable<(UInt128 Key, TValue Value, Sharer Sharer)> All => _entries.Values.Select(entry => (entry.Key, entry.Value, entry.Sharer));

    /// <summary>Finds a value, which counts as a use of it.</summary>
    public bool TryGet(UInt128 key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            value = default;
            return false;
        }

        MoveToEnd(entry.InCluster);
        MoveToEnd(entry.InAccount);
        value = entry.Value;
        return true;
    }

    /// <summary>Changes a value that is there.</summary>
    public void Update(UInt128 key, TValue value) => _entries[key].Value = value;

    /// <summary>Holds a value with a weight of one, or replaces one and whose it is.</summary>
    public void Set(UInt128 key, Sharer sharer, TValue value)
    {
        Remove(key);
        var entry = _entries[key] = new Entry(key, sharer, value);
        Of(_ofCluster, sharer.Cluster).AddLast(entry.InCluster);
        Of(_ofAccount, sharer).AddLast(entry.InAccount);
        Add(entry, 1);
    }

    /// <summary>Says how much of the room a value takes: at least one.</summary>
    public void Weigh(UInt128 key, int weight)
    {
        var entry = _entries[key];
        Add(entry, weight - entry.Weight);
    }

    /// <summary>Removes what can be spared best. The map must not be empty.</summary>
    public (UInt128 Key, TValue Value) RemoveExpendable()
    {
        var cluster = _clusters.Max!.Value.Key;
        var most = _accounts[cluster].Max!.Value;
        var entry = most.Count > share ? _ofAccount[new Sharer(cluster, most.Key)].First!.Value : _ofCluster[cluster].First!.Value;
        Remove(entry.Key);
        return (entry.Key, entry.Value);
    }

    private static LinkedList<Entry> Of<TKey>(Dictionary<TKey, LinkedList<Entry>> lists, TKey key)
        where TKey : notnull => lists.TryGetValue(key, out var list) ? list : lists[key] = new();

    private static void Remove<TKey>(Dictionary<TKey, LinkedList<Entry>> lists, TKey key, LinkedListNode<Entry> node)
        where TKey : notnull
    {
        lists[key].Remove(node);
        if (lists[key].Count == 0)
        {
            lists.Remove(key);
        }
    }

    private static void MoveToEnd(LinkedListNode<Entry> node)
    {
        if (node.Next is not null)
        {
            var list = node.List!;
            list.Remove(node);
            list.AddLast(node);
        }
    }

    private void Remove(UInt128 key)
    {
        if (_entries.Remove(key, out var entry))
        {
            Add(entry, -entry.Weight);
            Remove(_ofCluster, entry.Sharer.Cluster, entry.InCluster);
            Remove(_ofAccount, entry.Sharer, entry.InAccount);
        }
    }

    private void Add(Entry entry, int change)
    {
        if (change == 0)
        {
            return;
        }

        var (cluster, account) = entry.Sharer;
        entry.Weight += change;
        _clusters.Add(cluster, change);
        (_accounts.TryGetValue(cluster, out var accounts) ? accounts : _accounts[cluster] = new(Comparer<ulong>.Default)).Add(account, change);
        if (_clusters.CountOf(cluster) == 0)
        {
            _accounts.Remove(cluster);
        }
    }

    /// <summary>A value and its places in the orders of last use.</summary>
    private sealed class Entry
    {
        public Entry(UInt128 key, Sharer sharer, TValue value)
        {
            (Key, Sharer, Value) = (key, sharer, value);
            (InCluster, InAccount) = (new(this), new(this));
        }

        public UInt128 Key { get; }

        public Sharer Sharer { get; }

        public TValue Value { get; set; }

        public int Weight { get; set; }

        public LinkedListNode<Entry> InCluster { get; }

        public LinkedListNode<Entry> InAccount { get; }
    }
}
