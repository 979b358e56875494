using System.Runtime.InteropServices;

namespace AuditWatch.Correlation.Measures;

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
