namespace AuditWatch.Correlation.Measures;

/// <summary>The number of findings.</summary>
internal sealed class FindingCount : Measure
{
    private int _count;

    public override decimal Value => _count;

    public override void Add(in WindowEntry entry) => _count++;

    public override void Remove(in WindowEntry entry) => _count--;
}
