using AuditWatch.Detection;

namespace AuditWatch.Correlation;

/// <summary>A finding that a correlation makes.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="IsAlert">Whether it counts towards an alert: whether there is something in it that has not been told.</param>
/// <param name="Fires">Whether the threshold stood reached at its time, which is what correlations above it go by.</param>
internal readonly record struct CorrelationResult(Finding Finding, bool IsAlert, bool Fires);
