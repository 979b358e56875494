namespace AuditWatch.Correlation.Measures;

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
