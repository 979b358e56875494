using System.Runtime.InteropServices;
using AuditWatch.Correlation.Measures;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>
/// The findings of one group in event time, whatever the order they arrive in.
/// <code>
///     time ────────────────────────────────────────────────▶
///     findings   a    b  c        d e f    g         h
///                                 └──── window of g ─┘ the stretch of the correlation's timespan that ends with it
///                                 [from        to)     what the measure covers at the moment; it is moved, not made anew
/// </code>
/// A finding <em>fires</em> if the condition holds for the window that ends with it: that is the moment at which the threshold stands reached. All in
/// a window of one that fires count towards the alert and are <em>told</em>, each once. What fires and what is told in the end therefore depends on
/// the times alone, not on the order of arrival.
/// </summary>
internal sealed class SlidingWindow(long length, CorrelationCondition condition, Measure measure)
{
    // In the order of their times; of one time, in that of their arrival.
    private readonly List<WindowEntry> _entries = new(1);
    private int _from;
    private int _to;
    private int _released;

    /// <summary>The number of findings held.</summary>
    public int Count => _entries.Count;

    /// <summary>The time of the latest finding. There must be one.</summary>
    public long Newest => _entries[^1].Time;

    /// <summary>All windows that end no later than this have been judged for good; for conditions that further findings can undo.</summary>
    public long JudgedTo { get; set; } = long.MinValue;

    /// <summary>The time of the earliest finding after <see cref="JudgedTo"/>; if there is none, of the latest.</summary>
    public long EarliestUnjudged => _entries[Math.Min(IndexAfter(JudgedTo), _entries.Count - 1)].Time;

    /// <summary>The finding at an index, by time.</summary>
    public ref WindowEntry this[int index] => ref CollectionsMarshal.AsSpan(_entries)[index];

    /// <summary>Puts a finding in its place.</summary>
    /// <param name="entry">The finding.</param>
    /// <param name="index">Where it is then.</param>
    /// <returns>Whether it is new.</returns>
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

    /// <summary>The index behind the last finding that is not after <paramref name="time"/>.</summary>
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
    /// Whether the condition, one that further findings cannot undo, could hold for any window that the finding at <paramref name="index"/> is in:
    /// only if it holds for all that is in any of them. Mostly it does not, and no window need be looked at.
    /// </summary>
    public bool MayHoldAround(int index)
    {
        var time = _entries[index].Time;
        return Holds(IndexAfter(time - length), IndexAfter(time + length - 1));
    }

    /// <summary>Judges the window that ends with the instant whose last finding is at <paramref name="end"/>.</summary>
    /// <returns>How many findings of that instant fire and did not before.</returns>
    /// <param name="end">The index.</param>
    /// <param name="told">Gets the indexes of the findings that are told now, the latest first.</param>
    public int Judge(int end, List<int> told)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        if (!entries[end].Fires && !Holds(IndexAfter(entries[end].Time - length), end + 1))
        {
            return 0;
        }

        // What stands before one that fires, in the window that ends here, stood in the window of that one too and has been told.
        var instant = entries[end].Time;
        var hasFired = entries[end].Fires;
        for (var i = end; i >= 0 && entries[i].Time > instant - length; i--)
        {
            if (entries[i].Fires && (entries[i].Time < instant || !hasFired))
            {
                break;
            }

            if (!entries[i].IsTold)
            {
                entries[i].IsTold = true;
                told.Add(i);
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

    /// <summary>Keeps no more than times and numbers of the findings before <paramref name="time"/>: nothing can make one of them fire any more.</summary>
    public void Release(long time)
    {
        for (; _released < _entries.Count && _entries[_released].Time < time; _released++)
        {
            this[_released].Finding = null;
        }
    }

    /// <summary>Forgets the oldest findings: those before <paramref name="oldest"/>, once there are many of them, and those beyond the bound.</summary>
    /// <param name="oldest">The time, in ticks of UTC.</param>
    /// <param name="beyondBound">How many of them might still have counted.</param>
    /// <returns>How many.</returns>
    public int Forget(long oldest, out int beyondBound)
    {
        // In strides, because removing from the front moves the rest.
        var expired = IndexAfter(oldest - 1);
        var overfull = _entries.Count > CorrelationDefinition.MaxFindings * 5 / 4;
        var count = overfull ? Math.Max(expired, _entries.Count - CorrelationDefinition.MaxFindings) : expired > _entries.Count / 4 ? expired : 0;
        beyondBound = Math.Max(0, count - expired);
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

    // Moves the measure. It grows before it shrinks, so that it always covers one stretch.
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
