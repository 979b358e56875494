using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What the processing of batches counts, and what it holds.</summary>
internal sealed class ProcessingInstruments(Meter meter)
{
    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> Events { get; } = meter.CreateCounter<long>("auditwatch.events", "{event}", "Audit events received.");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> Bytes { get; } = meter.CreateCounter<long>("auditwatch.received", "By", "Bytes of audit events received.");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> Rejected { get; } = meter.CreateCounter<long>("auditwatch.rejected", "{event}", "Pieces of input that were not audit events.");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> Untimed { get; } =
        meter.CreateCounter<long>("auditwatch.events.untimed", "{event}", "Audit events without a time of their own that can be read: they count as of when they arrived.");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> Truncated { get; } =
        meter.CreateCounter<long>("auditwatch.events.truncated", "{event}", "Audit events whose bodies were too large to be recorded: no detection sees what was in them.");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Counter<long> FailedBatches { get; } = meter.CreateCounter<long>("auditwatch.batches.failed", "{batch}", "Batches that the pipeline failed on.");

    /// <summary>By stage.</summary>
    public Counter<long> EventFailures { get; } =
        meter.CreateCounter<long>("auditwatch.event.failures", "{event}", "Events that a stage failed on, so that they are lost for one or more detections.");

    /// <summary>By <c>detection</c>.</summary>
    public Counter<long> Findings { get; } = meter.CreateCounter<long>("auditwatch.findings", "{finding}", "Findings that raise alerts.");

    /// <summary>By <c>detection</c>.</summary>
    public Counter<long> OpenedAlerts { get; } = meter.CreateCounter<long>("auditwatch.alerts.opened", "{alert}", "Alerts opened.");

    /// <summary>By <c>result</c>: loaded or kept.</summary>
    public Counter<long> Reloads { get; } = meter.CreateCounter<long>("auditwatch.detections.reloads", "{reload}", "Reloads of detections, by result.");

    /// <summary>By <c>result</c>: loaded or kept.</summary>
    public Counter<long> ConfigurationReloads { get; } = meter.CreateCounter<long>("auditwatch.configuration.reloads", "{reload}", "Times the configuration was read again, by result.");

    /// <summary>By <c>task</c>.</summary>
    public Counter<long> PeriodicFailures { get; } =
        meter.CreateCounter<long>("auditwatch.periodic.failures", "{failure}", "Times that periodic work of the service has failed, by task.");

    /// <summary>Measures alerts from now on, for as long as the meter lives.</summary>
    public void MeasureAlerts(Func<int> open) => meter.CreateObservableGauge("auditwatch.alerts", open, "{alert}", "Alerts that are not closed.");

    /// <summary>Measures the configuration from now on, for as long as the meter lives.</summary>
    public void MeasureConfiguration(Func<bool> isCurrent) =>
        meter.CreateObservableGauge("auditwatch.configuration.current", () => isCurrent() ? 1 : 0, null, "Whether the receivers and routes in use are those in the file: 1, or 0 if a change could not be used.");

    /// <summary>Measures the detections that run from now on, for as long as the meter lives.</summary>
    public void MeasureDetections(Func<bool> isCurrent, Func<int> rules)
    {
        meter.CreateObservableGauge("auditwatch.detections.current", () => isCurrent() ? 1 : 0, null, "Whether the detections that run are those in the files: 1, or 0 if a change could not be used.");
        meter.CreateObservableGauge("auditwatch.detections.rules", rules, "{rule}", "Detections that are live.");
    }
}
