using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>The alerts of a log of the past: counted in event time, kept in memory while the log is read, told to nobody. Not thread-safe.</summary>
internal sealed class LogAlerts : IAlertSink
{
    private readonly AlertBook _book = AlertBook.OnEventTime();

    /// <inheritdoc/>
    public AlertsChanged Apply(IReadOnlyList<Finding> findings, WatchReport report, StateChanges changes) => new(_book.Apply(findings), Task.CompletedTask);
}
