namespace AuditWatch.Correlation;

/// <summary>
/// Windows that are judged only when nothing can arrive any more that belongs into them, the earliest first. What is judged may fire into another
/// correlation and make it wait for a judgement at the same instant: of one instant, the correlations that rest on others come after those.
/// </summary>
internal sealed class WaitingWindows
{
    private readonly SortedSet<(long Time, int Depth, long Number)> _order = [];
    private readonly Dictionary<long, (CorrelationRule Rule, SlidingWindow Window)> _windows = [];
    private readonly Dictionary<SlidingWindow, (long Time, int Depth, long Number)> _places = [];
    private long _next;

    /// <summary>Has a window judged at <paramref name="time"/>, unless it waits for an earlier time already.</summary>
    public void Add(CorrelationRule rule, SlidingWindow window, long time)
    {
        if (_places.TryGetValue(window, out var place))
        {
            if (place.Time <= time)
            {
                return;
            }

            Remove(window);
        }

        place = (time, rule.Depth, _next++);
        _order.Add(place);
        _places[window] = place;
        _windows[place.Number] = (rule, window);
    }

    /// <summary>Takes out the earliest, if it waits for a time before <paramref name="before"/>.</summary>
    public bool TryTake(long before, out CorrelationRule rule, out SlidingWindow window, out long time)
    {
        (rule, window, time) = (null!, null!, 0);
        if (_order.Count == 0 || _order.Min.Time >= before)
        {
            return false;
        }

        time = _order.Min.Time;
        (rule, window) = _windows[_order.Min.Number];
        Remove(window);
        return true;
    }

    /// <summary>A window that is no longer there needs no judgement.</summary>
    public void Remove(SlidingWindow window)
    {
        if (_places.Remove(window, out var place))
        {
            _order.Remove(place);
            _windows.Remove(place.Number);
        }
    }
}
