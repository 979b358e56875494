using System.Runtime.InteropServices;

namespace AuditWatch.Correlation.Measures;

/// <summary>The number of findings.</summary>
internal sealed class FindingCount : Measure
{
    private int _count;

    public override decimal Value => _count;

    public override void Add(in WindowEntry entry) => _count++;

    public override void Remove(in WindowEntry entry) => _count--;
}

/// <summary>The number of distinct values.</summary>
internal sealed class DistinctCount : Measure
{
    private readonly Dictionary<long, int> _counts = new(1);

    public override decimal Value => _counts.Count;

    public override void Add(in WindowEntry entry) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, entry.Value, out _)++;

    public override void Remove(in WindowEntry entry)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, entry.Value) == 0)
        {
            _counts.Remove(entry.Value);
        }
    }
}

/// <summary>The number of rules that have findings in the window.</summary>
internal sealed class RuleCount(int rules) : Measure
{
    private readonly int[] _counts = new int[rules];
    private int _present;

    public override decimal Value => _present;

    public override void Add(in WindowEntry entry)
    {
        if (_counts[entry.Source]++ == 0)
        {
            _present++;
        }
    }

    public override void Remove(in WindowEntry entry)
    {
        if (--_counts[entry.Source] == 0)
        {
            _present--;
        }
    }
}

/// <summary>How many of the rules, from the first on, have findings in the order of the rules.</summary>
internal sealed class OrderedRuleCount : Measure
{
    private readonly SortedNumbers[] _times;

    public OrderedRuleCount(int rules)
    {
        _times = new SortedNumbers[rules];
        for (var i = 0; i < rules; i++)
        {
            _times[i] = new SortedNumbers();
        }
    }

    // The earliest finding of each rule that is not before the one chosen for the rule before it: no other choice leaves more room for the next.
    public override decimal Value
    {
        get
        {
            var matched = 0;
            for (var time = long.MinValue; matched < _times.Length && _times[matched].TryFirstFrom(time, out time);)
            {
                matched++;
            }

            return matched;
        }
    }

    public override void Add(in WindowEntry entry) => _times[entry.Source].Add(entry.Time);

    public override void Remove(in WindowEntry entry) => _times[entry.Source].Remove(entry.Time);
}
