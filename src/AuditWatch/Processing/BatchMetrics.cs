using AuditWatch.Alerts;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>Counts batches and what they come to, and logs what was rejected or failed, once for each source and reason. Not thread-safe.</summary>
internal sealed class BatchMetrics(ProcessingInstruments instruments, ILogger logger)
{
    private const int MaxLogged = 1_000;

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    public void Received(EventBatch batch)
    {
        instruments.Events.Add(batch.Count, SourceOf(batch), ClusterOf(batch));
        instruments.Bytes.Add(batch.TextLength, SourceOf(batch), ClusterOf(batch));
        instruments.Rejected.Add(batch.RejectedCount, SourceOf(batch), ClusterOf(batch));
        instruments.FailedBatches.Add(0, SourceOf(batch), ClusterOf(batch));
        foreach (var rejection in batch.Rejections)
        {
            if (IsFirst(batch.Origin.Source + '\0' + rejection.Reason))
            {
                logger.LogWarning("Rejected {Rejection}. More of the kind are counted in auditwatch_rejected_total and not logged.", rejection);
            }
        }

        CountUntimed(batch);
        instruments.Truncated.Add(batch.TruncatedCount, SourceOf(batch), ClusterOf(batch));
    }

    public void Concluded(BatchOutcome outcome)
    {
        foreach (var finding in outcome.Findings)
        {
            instruments.Findings.Add(1, new KeyValuePair<string, object?>("detection", finding.Detection.Name));
        }

        foreach (var change in outcome.Changes)
        {
            if (change.Kind == AlertChangeKind.Opened)
            {
                instruments.OpenedAlerts.Add(1, new KeyValuePair<string, object?>("detection", change.Alert.Detection.Name));
            }
        }
    }

    public void Failed(EventBatch batch, Exception problem)
    {
        instruments.FailedBatches.Add(1, SourceOf(batch), ClusterOf(batch));
        if (IsFirst(problem.GetType().FullName + problem.StackTrace))
        {
            logger.LogError(problem, "A batch of {Count} events from {Source} failed. More of the kind are counted in auditwatch_batches_failed_total and not logged.",
                batch.Count, batch.Origin.Source);
        }
    }

    private void CountUntimed(EventBatch batch)
    {
        instruments.Untimed.Add(batch.UntimedCount, SourceOf(batch), ClusterOf(batch));
        if (batch.UntimedCount > 0 && IsFirst(batch.Origin.Source + "\0untimed"))
        {
            logger.LogWarning(
                "An event from {Source} has neither requestReceivedTimestamp nor stageTimestamp that can be read: it counts as of when it arrived, for correlations too. More of the kind are counted in auditwatch_events_untimed_total and not logged.",
                batch.Origin.Source);
        }
    }

    private bool IsFirst(string key) => _logged.Count < MaxLogged && _logged.Add(key);

    private static KeyValuePair<string, object?> SourceOf(EventBatch batch) => new("source", batch.Origin.Source);

    private static KeyValuePair<string, object?> ClusterOf(EventBatch batch) => new("cluster", batch.Origin.Cluster);
}
