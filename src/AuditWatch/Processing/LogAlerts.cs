using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>The alerts of a log of the past: counted in event time, kept in memory while the log is read, told to nobody. Not thread-safe.</summary>
/// <param name="failures">What stages fail on.</param>
internal sealed class LogAlerts(EventFailures failures) : IAlertSink
{
    private readonly AlertBook _book = AlertBook.OnEventTime(failures);

    /// <inheritdoc/>
    public AlertsChanged Apply(IReadOnlyList<Finding> findings, WatchReport report, StateChanges changes)
    {
        var alertChanges = _book.Apply(findings);
        var failed = failures.Drain();
        return new(failed.Count == 0 ? alertChanges : [.. alertChanges, .. _book.Apply(EventFailedRule.Findings(failed, DateTimeOffset.MinValue))], Task.CompletedTask) { Failures = failed };
    }
}
