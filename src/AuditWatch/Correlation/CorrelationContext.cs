namespace AuditWatch.Correlation;

/// <summary>What the correlations of one correlator share.</summary>
/// <param name="Lateness">How far behind the latest finding of its group one may arrive and still be counted with those around it.</param>
/// <param name="Waiting">The windows that wait for what may still arrive.</param>
/// <param name="Metrics">Counts what could not be taken into account.</param>
internal sealed record CorrelationContext(TimeSpan Lateness, WaitingWindows Waiting, CorrelationMetrics Metrics);
