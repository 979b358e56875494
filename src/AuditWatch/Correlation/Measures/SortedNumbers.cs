namespace AuditWatch.Correlation.Measures;

/// <summary>Numbers in rising order. A number may be in it several times.</summary>
internal sealed class SortedNumbers
{
    private readonly List<long> _numbers = [];

    public int Count => _numbers.Count;

    public long this[int index] => _numbers[index];

    public void Add(long number)
    {
        // Times come mostly in order.
        if (_numbers.Count == 0 || _numbers[^1] <= number)
        {
            _numbers.Add(number);
        }
        else
        {
            _numbers.Insert(IndexFrom(number), number);
        }
    }

    /// <summary>Takes out one number that is in it.</summary>
    public void Remove(long number) => _numbers.RemoveAt(IndexFrom(number));

    /// <summary>The least number that is not less than <paramref name="least"/>.</summary>
    public bool TryFirstFrom(long least, out long first)
    {
        var at = IndexFrom(least);
        first = at < _numbers.Count ? _numbers[at] : 0;
        return at < _numbers.Count;
    }

    private int IndexFrom(long least)
    {
        int low = 0, high = _numbers.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_numbers[middle] < least)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
