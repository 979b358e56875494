namespace AuditWatch.Correlation;

/// <summary>
/// A priority queue of the windows that are to be evaluated once the watermark has passed them, the earliest first. A finding of one correlation may count in
/// another at the same instant: of one instant, a correlation comes after those that it refers to. Not thread-safe.
/// </summary>
internal sealed class PendingWindows
{
    private readonly SortedSet<(long Time, int Depth, long Number)> _order = [];
    private readonly Dictionary<long, (CorrelationRule Rule, SlidingWindow Window)> _windows = [];
    private readonly Dictionary<SlidingWindow, (long Time, int Depth, long Number)> _places = [];
    private long _next;

    /// <summary>Enqueues a window for evaluation at <paramref name="time"/>, in ticks of UTC, unless it is in the queue for an earlier time.</summary>
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

    /// <summary>Dequeues the earliest window, if its time is before the watermark.</summary>
    public bool TryDequeue(long watermark, out CorrelationRule rule, out SlidingWindow window, out long time)
    {
        (rule, window, time) = (null!, null!, 0);
        if (_order.Count == 0 || _order.Min.Time >= watermark)
        {
            return false;
        }

        time = _order.Min.Time;
        (rule, window) = _windows[_order.Min.Number];
        Remove(window);
        return true;
    }

    /// <summary>Removes a window that was evicted.</summary>
    public void Remove(SlidingWindow window)
    {
        if (_places.Remove(window, out var place))
        {
            _order.Remove(place);
            _windows.Remove(place.Number);
        }
    }
}
