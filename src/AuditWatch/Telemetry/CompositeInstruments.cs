using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What composites hold, tell and let go, by <c>detection</c>.</summary>
internal sealed class CompositeInstruments(Meter meter)
{
    public UpDownCounter<int> Waiting { get; } =
        meter.CreateUpDownCounter<int>("auditwatch.composite.waiting", "{finding}", "Findings that wait for the other steps of a story, by composite.");

    /// <summary>By <c>reason</c>, too.</summary>
    public Counter<long> Forgotten { get; } = meter.CreateCounter<long>(
        "auditwatch.composite.forgotten", "{finding}", "Findings that a story might still have needed and that were forgotten to bound memory and work, by composite and reason.");

    public Counter<long> Stories { get; } = meter.CreateCounter<long>("auditwatch.composite.stories", "{story}", "Stories that were told, by composite.");
}
