using System.Globalization;
using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>Tells that the clock of the machine has been set back, while the service runs or while it did not, and that it has caught up. Not thread-safe.</summary>
/// <param name="behind">How far it is back since the start; zero if it is not.</param>
/// <param name="time">The time, which goes on all the same.</param>
/// <param name="keptAt">The latest time that the state speaks of at the start, as far as the clock of this service made it. Default: of none.</param>
internal sealed class ClockWatch(Func<TimeSpan> behind, TimeProvider time, DateTimeOffset keptAt = default)
{
    // Another machine, on which the state was written before, may be ahead by a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private Finding? _told;

    /// <summary>Looks at the clock.</summary>
    public WatchReport Check()
    {
        var by = behind();
        var isRestarted = by == TimeSpan.Zero && keptAt - time.GetUtcNow() >= Tolerance;
        by = isRestarted ? keptAt - time.GetUtcNow() : by;
        if (by > TimeSpan.Zero == _told is not null)
        {
            return WatchReport.Nothing;
        }

        if (_told is { } told)
        {
            _told = null;
            return new WatchReport([], [told]);
        }

        var now = time.GetUtcNow();
        _told = new Finding
        {
            Detection = WatchRules.ClockSetBack,
            Request = new RequestSnapshot { Time = now },
            Time = now,
            Actor = "",
            Cluster = "",
            Summary = (isRestarted ? WatchRules.ClockSetBackBefore : WatchRules.ClockSetBack.Summary).Replace("{by}", by.TotalSeconds.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal),
            Dedup = [],
            Why = [],
        };
        return new WatchReport([_told], []);
    }
}
