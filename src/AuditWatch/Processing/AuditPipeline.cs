using System.Reactive.Linq;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>
/// The way of a batch: detected, what has been seen before left out, correlated, alerts changed, committed, acknowledged. Everything happens on
/// the thread that pushes the batch, and its <c>OnNext</c> returns when the batch is done: that is the backpressure. A batch that a stage fails on is counted, logged, reported
/// to its source, and the next one is taken.
/// </summary>
/// <param name="stages">The stages of the set of detections that runs, asked for once a batch.</param>
/// <param name="alerts">Turns the findings of a batch into alerts, and makes what it came to durable. The batch is acknowledged when that has happened, which need not be before the next one.</param>
/// <param name="logger">Hears of what was rejected or failed, each kind of problem once.</param>
public sealed class AuditPipeline(
    Func<DetectionStages> stages, Func<BatchOutcome, AlertsChanged> alerts, ILogger<AuditPipeline> logger)
{
    private readonly PipelineMetrics _metrics = new(logger);

    /// <summary>Takes the batches of all sources, one at a time, through the stages.</summary>
    /// <param name="batches">The batches; sources may push from several threads. Each is disposed of after its subscriber has seen the outcome.</param>
    /// <returns>The outcome of each. Ends when the sources end.</returns>
    public IObservable<BatchOutcome> Run(IObservable<EventBatch> batches) => batches
        .Synchronize()
        .SelectMany(batch => Conclude(batch, Observable.Defer(() => Found(batch, stages()))));

    /// <summary>As <see cref="Run"/>, for a log that is complete: when the sources end, correlations that wait for further events wait no longer.</summary>
    /// <param name="batches">The batches.</param>
    /// <returns>The outcome of each, and at last one without events.</returns>
    public IObservable<BatchOutcome> RunToTheEnd(IObservable<EventBatch> batches) => Run(batches).Concat(Observable.Defer(() =>
    {
        var end = new EventBatch(new EventOrigin("end"), DateTimeOffset.MaxValue, capacity: 0);
        return Conclude(end, Observable.Return(new BatchOutcome(end)).Select(outcome => outcome with { Findings = stages().Correlator.Complete() }));
    }));

    private IObservable<BatchOutcome> Found(EventBatch batch, DetectionStages now) => Observable.Return(new BatchOutcome(batch))
        .Do(_metrics.Received)
        .Select(outcome => Detected(outcome, now.Engine))
        .Select(outcome => FirstSeen(outcome, now.FirstSeen))
        .Select(outcome => Correlated(outcome, now.Correlator));

    private IObservable<BatchOutcome> Conclude(EventBatch batch, IObservable<BatchOutcome> found) => found
        .Select(AlertsChanged)
        .Do(PipelineMetrics.Concluded)
        .Catch((Exception problem) => Failed(batch, problem))
        .Finally(batch.Dispose);

    private static BatchOutcome Detected(BatchOutcome outcome, IDetectionEngine engine)
    {
        var findings = new List<Finding>();
        engine.Detect(outcome.Batch, findings);
        return outcome with { Found = findings, Findings = findings };
    }

    private static BatchOutcome FirstSeen(BatchOutcome outcome, FirstSeenStage firstSeen) => outcome.Batch is { Count: > 0 } batch
        ? outcome with { Findings = firstSeen.Filter(outcome.Findings, batch.Origin.Cluster, batch[0].Time, batch.ReceivedAt), Learnt = firstSeen.TakeChanges() }
        : outcome;

    private static BatchOutcome Correlated(BatchOutcome outcome, Correlator correlator) => outcome.Batch is { Count: > 0 } batch
        ? outcome with
        {
            Correlated = [.. outcome.Findings.Where(finding => correlator.Counts(finding.Detection.Name))],
            Findings = [.. correlator.Correlate(outcome.Findings, batch.ReceivedAt), .. correlator.Pass(batch[^1].Time, batch.ReceivedAt)],
        }
        : outcome;

    private BatchOutcome AlertsChanged(BatchOutcome outcome)
    {
        var (changes, durable) = alerts(outcome);
        durable.ContinueWith(
            done =>
            {
                if (done.IsCompletedSuccessfully)
                {
                    outcome.Batch.Acknowledge();
                }
                else
                {
                    outcome.Batch.Fail(done.Exception?.InnerException ?? new TaskCanceledException(done));
                }
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return outcome with { Changes = changes };
    }

    private IObservable<BatchOutcome> Failed(EventBatch batch, Exception problem)
    {
        _metrics.Failed(batch, problem);
        batch.Fail(problem);
        return Observable.Empty<BatchOutcome>();
    }
}
