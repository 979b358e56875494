using System.Reactive.Linq;
using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Pipeline;

/// <summary>
/// The way of a batch: detected, correlated, alerts changed, committed, acknowledged. Everything happens on the thread that pushes the batch,
/// and its <c>OnNext</c> returns when the batch is done: that is the backpressure. A batch that a stage fails on is counted, logged, reported
/// to its source, and the next one is taken.
/// </summary>
/// <param name="engine">Finds what the detections look for.</param>
/// <param name="correlator">Adds findings up.</param>
/// <param name="alerts">The open alerts.</param>
/// <param name="commit">Makes the outcome of a batch durable and its notifications due, before the batch is acknowledged.</param>
/// <param name="logger">Hears of what was rejected or failed, each kind of problem once.</param>
public sealed class AuditPipeline(
    IDetectionEngine engine, Correlator correlator, AlertBook alerts, Action<BatchOutcome> commit, ILogger<AuditPipeline> logger)
{
    private readonly PipelineMetrics _metrics = new(logger);

    /// <summary>Takes the batches of all sources, one at a time, through the stages.</summary>
    /// <param name="batches">The batches; sources may push from several threads. Each is disposed of after its subscriber has seen the outcome.</param>
    /// <returns>The outcome of each, after it has been committed. Ends when the sources end.</returns>
    public IObservable<BatchOutcome> Run(IObservable<EventBatch> batches) => batches
        .Synchronize()
        .SelectMany(batch => Observable.Return(new BatchOutcome(batch))
            .Do(_metrics.Received)
            .Select(Detected)
            .Select(Correlated)
            .Select(AlertsChanged)
            .Do(commit)
            .Do(PipelineMetrics.Committed)
            .Do(outcome => outcome.Batch.Acknowledge())
            .Catch((Exception problem) => Failed(batch, problem))
            .Finally(batch.Dispose));

    private BatchOutcome Detected(BatchOutcome outcome)
    {
        var findings = new List<Finding>();
        engine.Detect(outcome.Batch, findings);
        return outcome with { Findings = findings };
    }

    private BatchOutcome Correlated(BatchOutcome outcome) => outcome with { Findings = correlator.Correlate(outcome.Findings) };

    private BatchOutcome AlertsChanged(BatchOutcome outcome) => outcome with { Changes = alerts.Apply(outcome.Findings) };

    private IObservable<BatchOutcome> Failed(EventBatch batch, Exception problem)
    {
        _metrics.Failed(batch, problem);
        batch.Fail(problem);
        return Observable.Empty<BatchOutcome>();
    }
}
