namespace AuditWatch.Correlation.Measures;

/// <summary>The average of the numbers; 0 if there are none.</summary>
internal sealed class Average : Measure
{
    private Int128 _millionths;
    private int _count;

    public override decimal Value => _count == 0 ? 0 : (decimal)_millionths / Unit / _count;

    public override void Add(in WindowEntry entry)
    {
        _millionths += entry.Value;
        _count++;
    }

    public override void Remove(in WindowEntry entry)
    {
        _millionths -= entry.Value;
        _count--;
    }
}
