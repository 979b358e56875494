namespace AuditWatch.Alerts;

/// <summary>Counts by name, and knows the name with the most. Not thread-safe.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly SortedSet<(int Count, string Key)> _bySize = new(Comparer<(int Count, string Key)>.Create(
        (a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : string.CompareOrdinal(a.Key, b.Key)));

    /// <summary>The name with the most, and how many; null if there is none.</summary>
    public (int Count, string Key)? Max => _bySize.Count == 0 ? null : _bySize.Max;

    /// <summary>How many all have together.</summary>
    public int Total { get; private set; }

    /// <summary>How many a name has.</summary>
    public int CountOf(string key) => _counts.GetValueOrDefault(key);

    /// <summary>Adds to what a name has, or takes from it.</summary>
    public void Add(string key, int change)
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
