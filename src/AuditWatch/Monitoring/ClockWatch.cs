using System.Globalization;
using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>Tells that the clock of the machine has been set back, and that it has caught up. Not thread-safe.</summary>
/// <param name="behind">How far it is back; zero if it is not.</param>
/// <param name="time">The time, which goes on all the same.</param>
internal sealed class ClockWatch(Func<TimeSpan> behind, TimeProvider time)
{
    private Finding? _told;

    /// <summary>Looks at the clock.</summary>
    public WatchReport Check()
    {
        var by = behind();
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
            Summary = WatchRules.ClockSetBack.Summary.Replace("{by}", by.TotalSeconds.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal),
            Dedup = [],
            Why = [],
        };
        return new WatchReport([_told], []);
    }
}
