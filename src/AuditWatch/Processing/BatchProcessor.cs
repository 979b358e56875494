using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.State;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>
/// The way of a batch, the same in a service, a scan and a rule test: detect, leave out what was seen before, correlate, join into stories, watch the source, change alerts,
/// commit once, acknowledge. Called by one thread at a time, batch after batch in the order they arrived.
/// </summary>
/// <param name="current">The stages of the detections that run, asked for once a batch.</param>
/// <param name="alerts">Turns what was found into alerts, and makes durable what the batch came to.</param>
/// <param name="logger">Hears of what was rejected or failed, each kind of problem once.</param>
/// <param name="metrics">Counts. Default: those of the process.</param>
internal sealed class BatchProcessor(Func<DetectionStages> current, IAlertSink alerts, ILogger<BatchProcessor> logger, ServiceMetrics? metrics = null)
{
    private readonly BatchMetrics _metrics = new((metrics ?? ServiceMetrics.Shared).Processing, logger);

    /// <summary>Keeps what the stages have learnt, for after a restart. Default: nothing is kept.</summary>
    public StageState? StageState { get; init; }

    /// <summary>Watches which sources speak. Default: nobody does.</summary>
    public SourceWatch? Sources { get; init; }

    /// <summary>Watches whether clusters record what detections need. Default: nobody does.</summary>
    public ClusterEvidence? Evidence { get; init; }

    /// <summary>Recognises the service's own command line. Default: nobody does.</summary>
    public OwnCommand? OwnCommand { get; init; }

    /// <summary>Hears of events that monitoring, or the memory of stages, fails on. Default: nobody does.</summary>
    public EventFailures Failures { get; init; } = new();

    /// <summary>A processor for a log of the past: alerts are counted in event time, nothing is kept, nobody is told.</summary>
    /// <param name="stages">The stages, which have seen nothing yet.</param>
    /// <param name="logger">Hears of what was rejected or failed, each kind of problem once.</param>
    /// <param name="failures">What the stages put events into that they fail on. Default: nobody hears of these.</param>
    public static BatchProcessor ForLog(DetectionStages stages, ILogger<BatchProcessor> logger, EventFailures? failures = null)
    {
        failures ??= new EventFailures();
        stages.Composites.WaitsUntilReady = true;
        return new(() => stages, new LogAlerts(failures), logger) { Failures = failures };
    }

    /// <summary>
    /// Takes a batch through the stages, and returns when alerts have changed: that holds its source back. The batch is acknowledged when everything is
    /// durable, which may be later. Never throws. What a stage fails on is lost for itself only: see <see cref="BatchOutcome.Failures"/>. If all else fails, the batch is counted, logged and reported
    /// to its source.
    /// </summary>
    /// <param name="batch">The batch. Whoever gets the outcome disposes of it, and until then the findings of the outcome are valid.</param>
    public BatchOutcome Process(EventBatch batch) => Guard(batch, () =>
    {
        _metrics.Received(batch);
        var stages = current();
        var outcome = new BatchOutcome(batch);
        if (batch.Count > 0)
        {
            outcome = Detect(outcome, stages);
            outcome = LeaveOutKnown(outcome, stages);
            outcome = Correlate(outcome, stages);
            outcome = Join(outcome, stages);
        }

        return Conclude(OwnCommand is null ? outcome : outcome with { Findings = [.. outcome.Findings.Select(OwnCommand.Tell)] }, stages);
    });

    /// <summary>Says that a log has come to its end: correlations that wait for further events wait no longer.</summary>
    /// <param name="after">How much longer nothing has happened, as far as is known. Default: nothing is known of the time after the last event.</param>
    /// <returns>What that came to, for a batch without events.</returns>
    public BatchOutcome Complete(TimeSpan after = default)
    {
        var end = new EventBatch(new EventOrigin("end"), DateTimeOffset.MaxValue, capacity: 0);
        return Guard(end, () =>
        {
            var stages = current();
            var outcome = Join(new BatchOutcome(end) { Findings = stages.Correlator.Complete() }, stages);
            return Conclude(outcome with { Findings = [.. outcome.Findings, .. stages.Composites.Complete(after)] }, stages);
        });
    }

    /// <summary>Says what time it is, whether anything arrives or not: composites tell what has not happened. As <see cref="Process"/>, not while a batch is in the stages.</summary>
    /// <param name="now">The time.</param>
    /// <returns>What that came to, for a batch without events.</returns>
    public BatchOutcome Tick(DateTimeOffset now)
    {
        var tick = new EventBatch(new EventOrigin("clock"), now, capacity: 0);
        return Guard(tick, () =>
        {
            var stages = current();
            return Change(new BatchOutcome(tick) { Composites = stages.Composites, Findings = stages.Composites.Tick(now) }, WatchReport.Nothing, new StateChanges());
        });
    }

    private static BatchOutcome Detect(BatchOutcome outcome, DetectionStages stages)
    {
        var found = new List<Finding>();
        stages.Engine.Detect(outcome.Batch, found);
        return outcome with { Found = found, Findings = found };
    }

    private static BatchOutcome LeaveOutKnown(BatchOutcome outcome, DetectionStages stages)
    {
        var passed = stages.FirstSeen.Filter(outcome.Findings, outcome.Batch.Origin.Cluster, outcome.Batch[0].Time, outcome.Batch.ReceivedAt);
        return outcome with { Findings = passed, FirstSeen = passed, Learnt = stages.FirstSeen.DrainChanges() };
    }

    private static BatchOutcome Correlate(BatchOutcome outcome, DetectionStages stages) => outcome with
    {
        Correlated = [.. outcome.Findings.Where(finding => stages.Correlator.Counts(finding.Detection.Name))],
        Findings =
        [
            .. stages.Correlator.Correlate(outcome.Findings, outcome.Batch.ReceivedAt),
            .. stages.Correlator.AdvanceWatermark(outcome.Batch[^1].Time, outcome.Batch.ReceivedAt),
        ],
    };

    private static BatchOutcome Join(BatchOutcome outcome, DetectionStages stages) => outcome with
    {
        Composites = stages.Composites,
        Findings = [.. outcome.Findings, .. stages.Composites.Join(outcome.Batch, outcome.FirstSeen, stages.Correlator.DrainFired())],
    };

    private BatchOutcome Conclude(BatchOutcome outcome, DetectionStages stages)
    {
        var changes = new StateChanges();
        var report = WatchReport.Nothing;
        try
        {
            report = Sources?.See(outcome.Batch, changes) ?? report;
            Evidence?.See(outcome.Batch, stages.Detections);
        }
        catch (Exception problem)
        {
            Failures.Add("monitoring", null, outcome.Batch.Origin.Cluster, "", null, problem);
        }

        return Change(outcome, report, changes);
    }

    private BatchOutcome Change(BatchOutcome outcome, WatchReport report, StateChanges changes)
    {
        StageState?.Record(outcome, changes, Failures);
        var applied = alerts.Apply(outcome.Findings, report, changes);
        AcknowledgeWhen(applied.Durable, outcome.Batch);
        outcome = outcome with { Changes = applied.Changes, Failures = applied.Failures, Findings = applied.Failures.Count == 0 ? outcome.Findings : [.. outcome.Findings.Where(finding => !finding.HasFailed)] };
        _metrics.Concluded(outcome);
        return outcome;
    }

    private static void AcknowledgeWhen(Task durable, EventBatch batch) => durable.ContinueWith(
        done =>
        {
            if (done.IsCompletedSuccessfully)
            {
                batch.Acknowledge();
            }
            else
            {
                batch.Fail(done.Exception?.InnerException ?? new TaskCanceledException(done));
            }
        },
        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private BatchOutcome Guard(EventBatch batch, Func<BatchOutcome> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem)
        {
            _metrics.Failed(batch, problem);
            batch.Fail(problem);
            return new BatchOutcome(batch) { Failure = problem };
        }
    }
}
