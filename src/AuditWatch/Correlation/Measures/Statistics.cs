namespace AuditWatch.Correlation.Measures;

/// <summary>The least of the numbers that so many percent of them do not exceed (nearest rank); 0 if there are none.</summary>
/// <param name="percent">0 to 100.</param>
internal sealed class Percentile(decimal percent) : Measure
{
    private readonly SortedNumbers _millionths = new();

    public override decimal Value
    {
        get
        {
            var rank = (int)Math.Ceiling(percent * _millionths.Count / 100);
            return _millionths.Count == 0 ? 0 : _millionths[Math.Max(rank, 1) - 1] / Unit;
        }
    }

    public override void Add(in WindowEntry entry) => _millionths.Add(entry.Value);

    public override void Remove(in WindowEntry entry) => _millionths.Remove(entry.Value);
}

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

/// <summary>The sum of the numbers.</summary>
internal sealed class Sum : Measure
{
    private Int128 _millionths;

    public override decimal Value => (decimal)_millionths / Unit;

    public override void Add(in WindowEntry entry) => _millionths += entry.Value;

    public override void Remove(in WindowEntry entry) => _millionths -= entry.Value;
}
