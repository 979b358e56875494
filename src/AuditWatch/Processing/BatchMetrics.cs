using System.Diagnostics.Metrics;
using AuditWatch.Alerts;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>Counts batches and what they come to, and logs what was rejected or failed, once for each source and reason. Not thread-safe.</summary>
internal sealed class BatchMetrics(ILogger logger)
{
    private const int MaxLogged = 1_000;

    private static readonly Meter Meter = new("AuditWatch");
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("auditwatch.events", "{event}", "Audit events received.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("auditwatch.received", "By", "Bytes of audit events received.");
    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>("auditwatch.rejected", "{event}", "Pieces of input that were not audit events.");
    private static readonly Counter<long> Untimed = Meter.CreateCounter<long>("auditwatch.events.untimed", "{event}", "Audit events without a time of their own that can be read: they count as of when they arrived.");
    private static readonly Counter<long> Truncated = Meter.CreateCounter<long>("auditwatch.events.truncated", "{event}", "Audit events whose bodies were too large to be recorded: no detection sees what was in them.");
    private static readonly Counter<long> Findings = Meter.CreateCounter<long>("auditwatch.findings", "{finding}", "Findings that raise alerts.");
    private static readonly Counter<long> Opened = Meter.CreateCounter<long>("auditwatch.alerts.opened", "{alert}", "Alerts opened.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("auditwatch.batches.failed", "{batch}", "Batches that the pipeline failed on.");

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    public void Received(EventBatch batch)
    {
        Events.Add(batch.Count, SourceOf(batch), ClusterOf(batch));
        Bytes.Add(batch.TextLength, SourceOf(batch), ClusterOf(batch));
        Rejected.Add(batch.RejectedCount, SourceOf(batch), ClusterOf(batch));
        Failures.Add(0, SourceOf(batch), ClusterOf(batch));
        foreach (var rejection in batch.Rejections)
        {
            if (IsFirst(rejection.Source + '\0' + rejection.Reason))
            {
                logger.LogWarning("Rejected {Rejection}. More of the kind are counted in auditwatch_rejected_total and not logged.", rejection);
            }
        }

        CountUntimed(batch);
        Truncated.Add(batch.TruncatedCount, SourceOf(batch), ClusterOf(batch));
    }

    public static void Concluded(BatchOutcome outcome)
    {
        foreach (var finding in outcome.Findings)
        {
            Findings.Add(1, new KeyValuePair<string, object?>("detection", finding.Detection.Name));
        }

        foreach (var change in outcome.Changes)
        {
            if (change.Kind == AlertChangeKind.Opened)
            {
                Opened.Add(1, new KeyValuePair<string, object?>("detection", change.Alert.Detection.Name));
            }
        }
    }

    public void Failed(EventBatch batch, Exception problem)
    {
        Failures.Add(1, SourceOf(batch), ClusterOf(batch));
        if (IsFirst(problem.GetType().FullName + problem.StackTrace))
        {
            logger.LogError(problem, "A batch of {Count} events from {Source} failed. More of the kind are counted in auditwatch_batches_failed_total and not logged.",
                batch.Count, batch.Origin.Source);
        }
    }

    private void CountUntimed(EventBatch batch)
    {
        Untimed.Add(batch.UntimedCount, SourceOf(batch), ClusterOf(batch));
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
