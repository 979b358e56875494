using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>
/// Where a batch ends: turns what was found in it into alerts, and makes that durable together with what else is to be committed. <see cref="AlertLoop"/> in a
/// service, <see cref="LogAlerts"/> for a log of the past.
/// </summary>
internal interface IAlertSink
{
    /// <summary>Applies what a batch came to, after everything applied before; returns when alerts have changed, which holds the next batch back until then.</summary>
    /// <param name="findings">What raises alerts, in order. Valid until the batch is disposed of.</param>
    /// <param name="report">What the batch says about its source.</param>
    /// <param name="changes">What else is to be committed with it.</param>
    AlertsChanged Apply(IReadOnlyList<Finding> findings, WatchReport report, StateChanges changes);
}

/// <summary>What a batch did to alerts.</summary>
/// <param name="Changes">The changes, in order.</param>
/// <param name="Durable">Completes when they, and the notifications that they make due, are durable; fails if they cannot be made so any more.</param>
internal readonly record struct AlertsChanged(IReadOnlyList<AlertChange> Changes, Task Durable)
{
    /// <summary>The events that stages have failed on until now, and that alerts tell of from now on.</summary>
    public IReadOnlyList<EventFailure> Failures { get; init; } = [];
}
