using System.Runtime.InteropServices;
using AuditWatch.Correlation.Measures;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>
/// The sliding window of one group: its findings in the order of event time, in whatever order they arrive. Not thread-safe.
/// <code>
///     time ────────────────────────────────────────────────▶
///     findings   a    b  c        d e f    g         h
///                                 └──── window of g ─┘ the timespan of the correlation that ends with g
///                                 [from        to)     what the measure covers now; it is moved, not computed anew
/// </code>
/// A finding <em>fires</em> if the condition holds for the window that ends with it. All findings in the window of one that fires are <em>reported</em> in a
/// finding of the correlation, each once. What fires and what is reported in the end depends on the event times alone, not on the order of arrival.
/// </summary>
/// <param name="length">The timespan of the correlation, in ticks.</param>
/// <param name="condition">The condition on the measure.</param>
/// <param name="measure">What is counted or measured; empty at first.</param>
internal sealed class SlidingWindow(long length, CorrelationCondition condition, Measure measure)
{
    // In the order of event time; of one time, in the order of arrival.
    private readonly List<WindowEntry> _entries = new(1);
    private int _from;
    private int _to;
    private int _released;

    /// <summary>The number of findings in it.</summary>
    public int Count => _entries.Count;

    /// <summary>The time of the latest finding, in ticks of UTC. The window must not be empty.</summary>
    public long Newest => _entries[^1].Time;

    /// <summary>For a provisional condition: the instant up to which all windows have been evaluated, in ticks of UTC.</summary>
    public long EvaluatedTo { get; set; } = long.MinValue;

    /// <summary>The time of the earliest finding after <see cref="EvaluatedTo"/>; if there is none, of the latest.</summary>
    public long EarliestUnevaluated => _entries[Math.Min(IndexAfter(EvaluatedTo), _entries.Count - 1)].Time;

    /// <summary>The finding at an index, in the order of event time.</summary>
    public ref WindowEntry this[int index] => ref CollectionsMarshal.AsSpan(_entries)[index];

    /// <summary>Inserts a finding, unless it is a repeat of one in the window.</summary>
    /// <param name="entry">The finding.</param>
    /// <param name="index">Its index.</param>
    /// <returns>Whether it was inserted.</returns>
    public bool TryInsert(in WindowEntry entry, out int index)
    {
        index = IndexAfter(entry.Time);
        for (var i = index - 1; i >= 0 && _entries[i].Time == entry.Time; i--)
        {
            if (entry.Id != 0 && _entries[i].Id == entry.Id && _entries[i].Source == entry.Source)
            {
                return false;
            }
        }

        _entries.Insert(index, entry);
        if (index <= _from)
        {
            _from++;
            _to++;
        }
        else if (index < _to)
        {
            measure.Add(entry);
            _to++;
        }

        return true;
    }

    /// <summary>The index of the last finding of the same time as the one at <paramref name="index"/>: windows end with whole instants.</summary>
    public int LastOfInstant(int index)
    {
        while (index + 1 < _entries.Count && _entries[index + 1].Time == _entries[index].Time)
        {
            index++;
        }

        return index;
    }

    /// <summary>The index of the first finding after <paramref name="time"/>, in ticks of UTC; the count if there is none.</summary>
    public int IndexAfter(long time)
    {
        // Most findings arrive in order.
        if (_entries.Count == 0 || _entries[^1].Time <= time)
        {
            return _entries.Count;
        }

        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Time <= time)
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

    /// <summary>
    /// Whether the condition, which must not be provisional, can hold for a window that the finding at <paramref name="index"/> is in: only if it holds for
    /// all findings of these windows together. That saves looking at each window, for mostly it does not hold.
    /// </summary>
    public bool MayHoldAround(int index)
    {
        var time = _entries[index].Time;
        return Holds(IndexAfter(time - length), IndexAfter(time + length - 1));
    }

    /// <summary>Evaluates the window that ends with the instant whose last finding is at <paramref name="end"/>.</summary>
    /// <param name="end">The index.</param>
    /// <param name="reported">Receives the indexes of the findings that are reported now, the latest first.</param>
    /// <returns>How many findings of that instant fire now and did not before.</returns>
    public int Evaluate(int end, List<int> reported)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        if (!entries[end].Fires && !Holds(IndexAfter(entries[end].Time - length), end + 1))
        {
            return 0;
        }

        // Whatever of this window is before a finding that fires was in the window of that one, too, and was reported.
        var instant = entries[end].Time;
        var hasFired = entries[end].Fires;
        for (var i = end; i >= 0 && entries[i].Time > instant - length; i--)
        {
            if (entries[i].Fires && (entries[i].Time < instant || !hasFired))
            {
                break;
            }

            if (!entries[i].IsReported)
            {
                entries[i].IsReported = true;
                reported.Add(i);
            }
        }

        var firing = 0;
        for (var i = end; i >= 0 && entries[i].Time == instant && !entries[i].Fires; i--)
        {
            entries[i].Fires = true;
            firing++;
        }

        return firing;
    }

    /// <summary>Releases the findings before <paramref name="time"/>, which cannot come to fire any more; their times and values still count.</summary>
    public void Release(long time)
    {
        for (; _released < _entries.Count && _entries[_released].Time < time; _released++)
        {
            this[_released].Finding = null;
        }
    }

    /// <summary>Removes the findings before <paramref name="oldest"/>, once there are many of them, and those beyond <see cref="CorrelationDefinition.MaxFindings"/>.</summary>
    /// <param name="oldest">The earliest time at which a finding can still count, in ticks of UTC.</param>
    /// <param name="evicted">How many were removed that could still have counted.</param>
    /// <returns>How many were removed.</returns>
    public int Trim(long oldest, out int evicted)
    {
        // In strides, because removing from the front moves the rest.
        var expired = IndexAfter(oldest - 1);
        var overfull = _entries.Count > CorrelationDefinition.MaxFindings * 5 / 4;
        var count = overfull ? Math.Max(expired, _entries.Count - CorrelationDefinition.MaxFindings) : expired > _entries.Count / 4 ? expired : 0;
        evicted = Math.Max(0, count - expired);
        while (_from < Math.Min(count, _to))
        {
            measure.Remove(_entries[_from++]);
        }

        _entries.RemoveRange(0, count);
        _from = Math.Max(0, _from - count);
        _to = Math.Max(0, _to - count);
        _released = Math.Max(0, _released - count);
        return count;
    }

    // Moves the measure. It grows before it shrinks, so that what it covers is always contiguous.
    private bool Holds(int from, int to)
    {
        while (_from > from)
        {
            measure.Add(_entries[--_from]);
        }

        while (_to < to)
        {
            measure.Add(_entries[_to++]);
        }

        while (_from < from)
        {
            measure.Remove(_entries[_from++]);
        }

        while (_to > to)
        {
            measure.Remove(_entries[--_to]);
        }

        return condition.Holds(measure.Value);
    }
}
