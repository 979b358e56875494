namespace AuditWatch.Correlation.Measures;

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
