using AuditWatch.Events;

namespace AuditWatch.Sources;

/// <summary>
/// Where events come from. A source reads its events into batches and pushes each downstream; the synchronous <c>OnNext</c> holds it back
/// while the pipeline is busy. It tells whoever sent the events that they are safe only once a batch's <see cref="EventBatch.Outcome"/> completes.
/// </summary>
public interface IAuditSource
{
    /// <summary>
    /// The source's batches. Subscribing starts reading, disposing ends it; a source that comes to an end completes.
    /// Batches are pushed one at a time; the subscriber disposes of them.
    /// </summary>
    IObservable<EventBatch> Batches { get; }
}
