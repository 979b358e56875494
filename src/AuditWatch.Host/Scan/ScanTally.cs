using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Events;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;

namespace AuditWatch.Host.Scan;

/// <summary>What a scan has come to so far. Written by one thread; the counters may be read by another for display.</summary>
/// <param name="time">The clock of the rate.</param>
internal sealed class ScanTally(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string First, string Example, long Count)> _rejections = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withEvents = new(StringComparer.Ordinal);
    private readonly long[] _rejectedByKind = new long[Enum.GetValues<RejectionKind>().Length];
    private long _events;
    private long _untimed;
    private long _truncated;
    private long _rejected;
    private long _findings;
    private long _lost;
    private long _failed;

    /// <summary>How many events have been read.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Events a second, so far.</summary>
    public double Rate => Events / Math.Max(time.GetElapsedTime(_began).TotalSeconds, 0.001);

    /// <summary>The alerts as they stand, in the order they were opened.</summary>
    public IReadOnlyCollection<Alert> Alerts => _alerts.Values;

    /// <summary>Adds the outcome of a batch.</summary>
    public void Add(BatchOutcome outcome)
    {
        if (outcome.Failure is not null)
        {
            _lost += outcome.Batch.Count;
            return;
        }

        _failed += outcome.Failures.Count;

        _events += outcome.Batch.Count;
        _rejected += outcome.Batch.RejectedCount;
        _findings += outcome.Findings.Count;
        _untimed += outcome.Batch.UntimedCount;
        _truncated += outcome.Batch.TruncatedCount;
        foreach (var kind in Enum.GetValues<RejectionKind>())
        {
            _rejectedByKind[(int)kind] += outcome.Batch.CountOf(kind);
        }

        if (outcome.Batch.Count > 0)
        {
            _withEvents.Add(outcome.Batch.Origin.Source);
        }

        foreach (var change in outcome.Changes)
        {
            _alerts[change.Alert.Id] = change.Alert;
        }

        foreach (var (reason, count) in outcome.Batch.RejectedByReason)
        {
            var known = _rejections.TryGetValue(reason, out var seen) ? seen : (outcome.Batch.Rejections.First(one => one.Reason == reason).ToString(), outcome.Batch.ExampleOf(reason), 0);
            _rejections[reason] = known with { Count = known.Count + count };
        }
    }

    /// <summary>Writes what was rejected, each kind once with how the first of it begins, and the totals.</summary>
    public void Report(TextWriter output)
    {
        foreach (var (first, example, count) in _rejections.Values)
        {
            output.WriteLine(count == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} (and {count - 1:N0} more)"));
            if (example.Length > 0)
            {
                output.WriteLine($"    such as: {TerminalText.Neutralise(example)}");
            }
        }

        WriteIfAny(output, _untimed, "no time that can be read: they count in no correlation, and are shown at the time of the event before them");
        WriteIfAny(output, _truncated, "a body too large to be recorded: no detection has seen what was in it");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(_events, "event")}, {_rejected:N0} rejected, {Counted.Of(_findings, "finding")}, {Counted.Of(_alerts.Count, "alert")} in {time.GetElapsedTime(_began).TotalSeconds:N1} s ({Rate:N0} events/s)"));
    }

    /// <summary>What keeps anybody from saying that the input is clean, in sentences; nothing if all of it has been read.</summary>
    /// <param name="files">What was read.</param>
    /// <param name="strict">Whether nothing may be left over that could have been an event.</param>
    public IEnumerable<string> Unknown(LogFiles files, bool strict)
    {
        foreach (var source in files.NotEmpty.Where(source => !_withEvents.Contains(source)))
        {
            yield return $"{source}: no audit event could be read from it, so nothing can be said of what is in it";
        }

        if (_lost > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"AuditWatch failed on {Counted.Of(_lost, "event")}, which no detection has judged: the log above says on what");
        }

        if (_failed > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(_failed, "event")} could not be judged by every detection, because AuditWatch failed there: see the alerts auditwatch_event_failed");
        }

        if (Rejected(RejectionKind.Unread) is > 0 and var unread)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"not all of the input could be read ({unread:N0} rejected for that), so nothing can be said of the rest");
        }

        if (strict && Rejected(RejectionKind.Malformed) + Rejected(RejectionKind.NotAnEvent) is > 0 and var other)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{other:N0} pieces of the input are no audit events, and something may have been in them: --fail-on does not let that pass");
        }
    }

    private static void WriteIfAny(TextWriter output, long events, string what)
    {
        if (events > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(events, "event")} {(events == 1 ? "has" : "have")} {what}"));
        }
    }

    private long Rejected(RejectionKind kind) => _rejectedByKind[(int)kind];
}
