using AuditWatch.Alerts;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Processing;

/// <summary>A batch on its way through the stages: each adds what it found. Immutable.</summary>
/// <param name="Batch">The events.</param>
public sealed record BatchOutcome(EventBatch Batch)
{
    /// <summary>All requests that detections match.</summary>
    public IReadOnlyList<Finding> Found { get; init; } = [];

    /// <summary>Those of them that correlations count.</summary>
    public IReadOnlyList<Finding> Correlated { get; init; } = [];

    /// <summary>What <c>firstSeen</c> has learnt from the batch.</summary>
    public FirstSeenChanges Learnt { get; init; } = new();

    /// <summary>The requests that detections match; after correlation those that raise alerts, correlations among them.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What the findings did to alerts.</summary>
    public IReadOnlyList<AlertChange> Changes { get; init; } = [];
}
