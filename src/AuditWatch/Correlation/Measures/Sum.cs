namespace AuditWatch.Correlation.Measures;

/// <summary>The sum of the numbers.</summary>
internal sealed class Sum : Measure
{
    private Int128 _millionths;

    public override decimal Value => (decimal)_millionths / Unit;

    public override void Add(in WindowEntry entry) => _millionths += entry.Value;

    public override void Remove(in WindowEntry entry) => _millionths -= entry.Value;
}
