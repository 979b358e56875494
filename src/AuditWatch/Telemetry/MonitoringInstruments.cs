using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What the watch on sources and clusters measures.</summary>
internal sealed class MonitoringInstruments(Meter meter)
{
    /// <summary>By <c>source</c>, <c>cluster</c>, <c>stage</c> and <c>outcome</c>.</summary>
    public Counter<long> EventsByOutcome { get; } = meter.CreateCounter<long>(
        "auditwatch.events.by_outcome", "{event}", "Audit events received, by stage and outcome (allowed, denied, failed; started if they have none yet).");

    /// <summary>By <c>source</c> and <c>cluster</c>.</summary>
    public Histogram<double> Lag { get; } =
        meter.CreateHistogram<double>("auditwatch.lag", "s", "Time from an event's stage to its arrival, of the latest event of each batch, in seconds.");

    /// <summary>Measures, from now on and for as long as the meter lives, when each <c>source</c> of each <c>cluster</c> has spoken last, in seconds since 1970; 0 for one that is expected and never has.</summary>
    public void MeasureLastEvents(Func<IEnumerable<Measurement<double>>> times) =>
        meter.CreateObservableGauge("auditwatch.source.last_event", times, "s", "When the last events of a source and cluster arrived, in seconds since 1970; 0 if they are expected and none ever have.");

    /// <summary>Measures, from now on and for as long as the meter lives, what is missing, each with its <c>cluster</c> and what is <c>missing</c>.</summary>
    public void MeasureMissingEvidence(Func<IEnumerable<Measurement<int>>> missing) =>
        meter.CreateObservableGauge("auditwatch.evidence.missing", missing, "{detection}", "Detections that need what a cluster's events show not to be recorded.");
}
