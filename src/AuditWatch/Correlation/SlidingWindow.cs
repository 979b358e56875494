using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>
/// The findings of one group, in event time, whatever the order they arrive in. Of all stretches of time no longer than the window, those that
/// hold enough findings (or distinct values) reach the threshold; every finding in one is told of once. What is told of in the end therefore
/// does not depend on the order of arrival, as long as nothing arrives later than <see cref="Lateness"/>.
/// </summary>
internal sealed class SlidingWindow(TimeSpan length, long threshold)
{
    /// <summary>How far behind the latest finding one may arrive and still be counted with those around it.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(5);

    // The most findings kept; of more, the oldest leaves.
    private const int MaxEntries = 10_000;

    private readonly List<Entry> _entries = [];

    /// <summary>Adds a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="value">The value to count the distinct ones of, or null to count findings.</param>
    /// <returns>The findings, oldest first, that stand in a stretch that reaches the threshold and have not been returned before.</returns>
    public IReadOnlyList<Finding> Add(Finding finding, string? value)
    {
        var at = _entries.Count;
        while (at > 0 && _entries[at - 1].Finding.Time > finding.Time)
        {
            at--;
        }

        _entries.Insert(at, new Entry(finding, value));
        List<Finding>? reached = null;

        // The stretches that hold the new finding end at it or at a later one; of each the longest that is allowed is looked at.
        for (var end = at; end < _entries.Count && _entries[end].Finding.Time - finding.Time < length; end++)
        {
            var start = StartOf(end);
            if (Counts(start, end))
            {
                Tell(start, end, inOrder: at == _entries.Count - 1, ref reached);
            }
        }

        Forget();
        reached?.Sort((a, b) => a.Time.CompareTo(b.Time));
        return reached is null ? [] : reached;
    }

    private int StartOf(int end)
    {
        var earliest = _entries[end].Finding.Time - length;
        int low = 0, high = end;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Finding.Time > earliest)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private bool Counts(int start, int end)
    {
        if (end - start + 1 < threshold)
        {
            return false;
        }

        if (_entries[end].Value is null)
        {
            return true;
        }

        var distinct = new HashSet<string?>(StringComparer.Ordinal);
        for (var i = start; i <= end && distinct.Count < threshold; i++)
        {
            distinct.Add(_entries[i].Value);
        }

        return distinct.Count >= threshold;
    }

    private void Tell(int start, int end, bool inOrder, ref List<Finding>? reached)
    {
        for (var i = end; i >= start; i--)
        {
            if (_entries[i].IsTold)
            {
                // In order, whatever stands before a finding that was told of within this stretch was told of with it.
                if (inOrder)
                {
                    break;
                }

                continue;
            }

            _entries[i] = _entries[i] with { IsTold = true };
            (reached ??= []).Add(_entries[i].Finding);
        }
    }

    private void Forget()
    {
        var oldest = _entries[^1].Finding.Time - length - Lateness;
        var count = Math.Max(0, _entries.Count - MaxEntries);
        while (_entries[count].Finding.Time < oldest)
        {
            count++;
        }

        // In strides, because removing from the front moves the rest.
        if (count > _entries.Count / 4)
        {
            _entries.RemoveRange(0, count);
        }
    }

    private readonly record struct Entry(Finding Finding, string? Value, bool IsTold = false);
}
