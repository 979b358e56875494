namespace AuditWatch.Sharing;

/// <summary>Counts by key, and knows the key with the most. Not thread-safe.</summary>
/// <typeparam name="TKey">What is counted.</typeparam>
/// <param name="order">Which of two keys with as many counts as more.</param>
internal sealed class Tally<TKey>(IComparer<TKey> order)
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _counts = [];
    private readonly SortedSet<(int Count, TKey Key)> _bySize = new(Comparer<(int Count, TKey Key)>.Create(
        (a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : order.Compare(a.Key, b.Key)));

    /// <summary>The key with the most, and how many; null if there is none.</summary>
    public (int Count, TKey Key)? Max => _bySize.Count == 0 ? null : _bySize.Max;

    /// <summary>How many all have together.</summary>
    public int Total { get; private set; }

    /// <summary>How many a key has.</summary>
    public int CountOf(TKey key) => _counts.GetValueOrDefault(key);

    /// <summary>Adds to what a key has, or takes from it.</summary>
    public void Add(TKey key, int change)
    {
        var before = CountOf(key);
        Total += change;
        _bySize.Remove((before, key));
        if (before + change == 0)
        {
            _counts.Remove(key);
        }
        else
        {
            _counts[key] = before + change;
            _bySize.Add((before + change, key));
        }
    }
}
