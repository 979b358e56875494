using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Pipeline;

namespace AuditWatch.Host.Scan;

/// <summary>What a scan has come to so far. Written by one thread; the counters may be read by another for display.</summary>
/// <param name="time">The clock of the rate.</param>
internal sealed class ScanTally(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string First, long Count)> _rejections = new(StringComparer.Ordinal);
    private long _events;
    private long _rejected;
    private long _findings;

    /// <summary>How many events have been read.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Events a second, so far.</summary>
    public double Rate => Events / Math.Max(time.GetElapsedTime(_began).TotalSeconds, 0.001);

    /// <summary>The alerts as they stand, in the order they were opened.</summary>
    public IReadOnlyCollection<Alert> Alerts => _alerts.Values;

    /// <summary>Adds the outcome of a batch.</summary>
    public void Add(BatchOutcome outcome)
    {
        _events += outcome.Batch.Count;
        _rejected += outcome.Batch.RejectedCount;
        _findings += outcome.Findings.Count;
        foreach (var change in outcome.Changes)
        {
            _alerts[change.Alert.Id] = change.Alert;
        }

        foreach (var (reason, count) in outcome.Batch.RejectedByReason)
        {
            var known = _rejections.TryGetValue(reason, out var seen) ? seen : (outcome.Batch.Rejections.First(one => one.Reason == reason).ToString(), 0);
            _rejections[reason] = known with { Count = known.Count + count };
        }
    }

    /// <summary>Writes what was rejected, each kind once, and the totals.</summary>
    public void Report(TextWriter output)
    {
        foreach (var (first, count) in _rejections.Values)
        {
            output.WriteLine(count == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} (and {count - 1:N0} more)"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_events:N0} events, {_rejected:N0} rejected, {_findings:N0} findings, {_alerts.Count:N0} alerts in {time.GetElapsedTime(_began).TotalSeconds:N1} s ({Rate:N0} events/s)"));
    }
}
