using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;

namespace AuditWatch.Processing;

/// <summary>Tells people of files that cannot be used, and that they can be used again. Not thread-safe.</summary>
/// <param name="unusable">Those that cannot be at the moment.</param>
/// <param name="alerts">Takes the alerts.</param>
/// <param name="time">The time.</param>
internal sealed class UnusableFilesAlarm(Func<IEnumerable<UnusableFiles>> unusable, AlertLoop alerts, TimeProvider time)
{
    private readonly Dictionary<string, UnusableFiles> _told = new(StringComparer.Ordinal);
    private bool _hasLooked;

    /// <summary>Looks at how things stand; to be called every few seconds.</summary>
    public async Task CheckAsync()
    {
        var now = unusable().DistinctBy(files => files.What).ToList();
        var found = now.Where(files => _told.GetValueOrDefault(files.What) != files).ToList();

        // What was told before a restart may have been fixed in it.
        var before = _hasLooked ? _told.Keys
            : alerts.Snapshot.Alerts.Values.Where(alert => alert.Detection.Name == WatchRules.Unusable.Name && alert.Status != AlertStatus.Closed).SelectMany(alert => alert.Dedup.Select(shared => shared.Value));
        var over = before.Except(now.Select(files => files.What)).ToList();
        _hasLooked = true;
        await alerts.ReportAsync(new WatchReport([.. found.Select(Make)], [.. over.Select(what => Make(new UnusableFiles(what, "")))]));
        found.ForEach(files => _told[files.What] = files);
        over.ForEach(what => _told.Remove(what));
    }

    private Finding Make(UnusableFiles files)
    {
        var now = time.GetUtcNow();
        return new Finding
        {
            Detection = WatchRules.Unusable,
            Request = new RequestSnapshot { Time = now },
            Time = now,
            Actor = "",
            Cluster = "",
            Summary = WatchRules.Unusable.Summary.Replace("{what}", files.What, StringComparison.Ordinal).Replace("{problem}", files.Problem, StringComparison.Ordinal),
            Dedup = [new("what", files.What)],
            Why = [],
        };
    }
}
