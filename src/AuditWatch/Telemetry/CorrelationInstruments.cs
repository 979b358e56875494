using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What correlations and first seen could not count or had to let go, by <c>detection</c>.</summary>
internal sealed class CorrelationInstruments(Meter meter)
{
    public Counter<long> Late { get; } =
        meter.CreateCounter<long>("auditwatch.correlation.late", "{finding}", "Findings that arrived too late to be counted with those around them, by correlation.");

    public Counter<long> Repeated { get; } = meter.CreateCounter<long>("auditwatch.correlation.repeated", "{finding}", "Findings that had been counted before, by correlation.");

    public Counter<long> Evicted { get; } =
        meter.CreateCounter<long>("auditwatch.correlation.forgotten", "{finding}", "Findings that might still have counted and were forgotten to bound the memory, by correlation.");

    public Counter<long> ForgottenCombinations { get; } =
        meter.CreateCounter<long>("auditwatch.firstseen.forgotten", "{combination}", "Combinations of values that were forgotten to bound the memory, by detection.");
}
