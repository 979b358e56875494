using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Processing;

/// <summary>What came of a batch: each stage adds what it found. Valid until the batch is disposed of. Immutable.</summary>
/// <param name="Batch">The events.</param>
public sealed record BatchOutcome(EventBatch Batch)
{
    /// <summary>All requests that detections match.</summary>
    public IReadOnlyList<Finding> Found { get; init; } = [];

    /// <summary>Those of them that are left where only what is new counts.</summary>
    public IReadOnlyList<Finding> FirstSeen { get; init; } = [];

    /// <summary>Those of them that correlations count.</summary>
    public IReadOnlyList<Finding> Correlated { get; init; } = [];

    /// <summary>What <c>firstSeen</c> has learnt from the batch.</summary>
    internal FirstSeenChanges Learnt { get; init; } = new();

    /// <summary>What joined its findings into stories, and knows what of that has to be kept; null if nothing has.</summary>
    internal CompositeStage? Composites { get; init; }

    /// <summary>The findings that raise alerts, those of correlations and composites among them; in the end without those that the alerts failed on.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What the findings did to alerts.</summary>
    public IReadOnlyList<AlertChange> Changes { get; init; } = [];

    /// <summary>The events that stages failed on, each lost for the detections it names.</summary>
    public IReadOnlyList<EventFailure> Failures { get; init; } = [];

    /// <summary>What a stage failed with, so that nothing came of the batch; null if all went well.</summary>
    public Exception? Failure { get; init; }
}
