using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Sharing;

namespace AuditWatch.Composites;

/// <summary>
/// Tells which finding of a correlation begins a burst, so that a burst counts once as a step of a composite: a correlation fires again with every further finding while its threshold stays reached. A burst lasts until, in event
/// time, the correlation has not fired for its timespan. Bounded: the burst that was asked for longest ago is forgotten first, and its next finding begins one again. Not thread-safe.
/// </summary>
internal sealed class CorrelationBursts
{
    // About 100 bytes each.
    private static readonly int MaxCount = MemoryScale.Of(100_000);

    private readonly LruMap<(long From, long To)> _bursts = new();
    private readonly TextHasher _hasher = new();

    /// <summary>Whether a finding of a correlation begins a burst. The burst is remembered, with this finding in it.</summary>
    public bool IsBeginning(Finding fired)
    {
        _hasher.Add(fired.Detection.Name).Add(fired.Cluster);
        foreach (var (_, values) in fired.Values)
        {
            _hasher.Add(string.Join('\0', values));
        }

        var key = _hasher.GetHashAndReset();
        var (time, quiet) = (fired.Time.UtcTicks, fired.Detection.Correlation!.Timespan.Ticks);
        var isKnown = _bursts.TryGet(key, out var burst);
        var isWithin = isKnown && time >= burst.From && time < burst.To + quiet;
        _bursts.Set(key, !isKnown || time >= burst.To + quiet ? (time, time) : (Math.Min(burst.From, time), Math.Max(burst.To, time)));
        if (_bursts.Count > MaxCount)
        {
            _bursts.RemoveLeastRecent();
        }

        return !isWithin;
    }
}
