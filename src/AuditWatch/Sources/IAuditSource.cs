using AuditWatch.Events;

namespace AuditWatch.Sources;

/// <summary>
/// A source of events. It reads events into batches and pushes them one at a time; <c>OnNext</c> returns when the pipeline is ready for more, which is the
/// backpressure. It acknowledges events to their sender only when <see cref="EventBatch.Outcome"/> of their batch has completed.
/// </summary>
public interface IAuditSource
{
    /// <summary>
    /// The batches. Subscribing starts the source, disposing the subscription stops it; a source that ends completes, and one that fails reports the error. The
    /// subscriber disposes of the batches.
    /// </summary>
    IObservable<EventBatch> Batches { get; }
}
