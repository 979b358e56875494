namespace AuditWatch.Composites;

/// <summary>
/// How far the events of each cluster have come: the latest event time, and from there as the clock goes while nothing arrives. Nothing counts as
/// happening later than it arrived. Not thread-safe.
/// </summary>
/// <param name="lateness">How far behind others an event may arrive.</param>
internal sealed class Watermarks(TimeSpan lateness)
{
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal);

    /// <summary>The clusters that events have come from.</summary>
    public IReadOnlyCollection<string> Clusters => _marks.Keys;

    /// <summary>The event time from which on findings may still arrive, in ticks of UTC.</summary>
    public long Of(string cluster) => _marks.TryGetValue(cluster, out var mark) ? mark.Watermark : long.MinValue;

    /// <summary>When something counts as having happened: as it says, unless that is further in the future than anything can be late.</summary>
    public long Sane(DateTimeOffset time, DateTimeOffset receivedAt) =>
        time.UtcTicks - lateness.Ticks > receivedAt.UtcTicks ? receivedAt.UtcTicks : time.UtcTicks;

    /// <summary>Advances the watermark of a cluster to an event that has come from it.</summary>
    /// <returns>Whether it is the first of its cluster.</returns>
    public bool Advance(string cluster, long time, DateTimeOffset receivedAt)
    {
        var isFirst = !_marks.TryGetValue(cluster, out var mark);
        mark ??= _marks[cluster] = new Mark();
        mark.Newest = Math.Max(mark.Newest, time);
        mark.Watermark = Math.Max(mark.Watermark, mark.Newest - lateness.Ticks);
        mark.At = receivedAt;
        return isFirst;
    }

    /// <summary>Advances the watermarks of clusters that nothing comes from, as the clock goes.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var mark in _marks.Values)
        {
            var quiet = now - mark.At;
            if (quiet > TimeSpan.Zero && mark.At > DateTimeOffset.MinValue)
            {
                mark.Watermark = Math.Max(mark.Watermark, mark.Newest + quiet.Ticks - lateness.Ticks);
            }
        }
    }

    /// <summary>Nothing that happened before the latest event, or so long after it, will come any more.</summary>
    public void Complete(TimeSpan after)
    {
        foreach (var mark in _marks.Values)
        {
            mark.Watermark = Math.Max(mark.Watermark, mark.Newest + after.Ticks);
        }
    }

    /// <summary>Goes on where another is.</summary>
    public void Import(Watermarks others)
    {
        foreach (var (cluster, mark) in others._marks)
        {
            _marks[cluster] = mark;
        }
    }

    private sealed class Mark
    {
        public long Newest { get; set; } = long.MinValue / 2;

        public long Watermark { get; set; } = long.MinValue / 2;

        public DateTimeOffset At { get; set; }
    }
}
