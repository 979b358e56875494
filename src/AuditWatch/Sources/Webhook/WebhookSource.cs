using System.Diagnostics.Metrics;
using System.Reactive.Linq;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Telemetry;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// A source of the events that API servers post. Requests put batches into a bounded queue, from which one pump pushes them, each client's in turn; a request is refused before its body
/// is read if its client has too many, and its body is read once there is room. Safe for any number of requests at a time.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="rejectedInput">Notes input that was rejected; null for none.</param>
/// <param name="meters">Makes the meter. Default: one for the process.</param>
public sealed class WebhookSource(WebhookOptions options, RejectedInputFile? rejectedInput = null, IMeterFactory? meters = null) : IAuditSource
{
    private readonly BatchQueue _queue = new(options.MaxQueuedBatches);
    private readonly Lock _lock = new();
    private readonly RequestShares _requests = new(options.MaxRequests);
    private bool _isStopping;

    /// <summary>Whether a request is admitted.</summary>
    internal enum Entry
    {
        /// <summary>It may send its batches.</summary>
        Welcome,

        /// <summary>There is no room for it now.</summary>
        Full,

        /// <summary>Nothing is accepted any more.</summary>
        Closed,
    }

    /// <summary>The limits.</summary>
    public WebhookOptions Options => options;

    /// <summary>Notes input that was rejected; null for none.</summary>
    internal RejectedInputFile? RejectedInput => rejectedInput;

    /// <summary>The instruments of this source and its requests.</summary>
    internal SourceInstruments Metrics { get; } = ServiceMetrics.Of(meters).Sources;

    /// <summary>Bounds the memory that the requests hold together.</summary>
    internal MemoryQuota Quota { get; } = new(options.MaxBytesInFlight, ServiceMetrics.Of(meters).Sources);

    /// <inheritdoc/>
    /// <remarks>
    /// Ends after <see cref="Stop"/>, once the requests under way have been processed. For one subscriber, once: when it leaves,
    /// waiting requests and all later ones are told so.
    /// </remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(PumpAsync);

    /// <summary>Accepts no more requests; those under way may finish. Returns at once.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            CompleteIfDone();
        }
    }

    /// <summary>
    /// Admits a request within its client's share. For an admitted one, <see cref="Leave"/> must be called. It waits for memory and for its turn in the queue, rather than be sent away: an API server whose lists come at a bad moment
    /// would stay away for seconds.
    /// </summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="cluster">The cluster that it is for; null if the client speaks for one alone.</param>
    internal Entry TryEnter(string client, string? cluster)
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return Entry.Closed;
            }

            return _requests.TryAdd(client, cluster) ? Entry.Welcome : Entry.Full;
        }
    }

    /// <summary>Says that a request has been answered.</summary>
    internal void Leave(string client, string? cluster)
    {
        lock (_lock)
        {
            _requests.Remove(client, cluster);
            CompleteIfDone();
        }
    }

    /// <summary>Notes the input of a batch that was rejected.</summary>
    internal void NoteRejections(EventBatch batch) => rejectedInput?.Write(batch);

    /// <summary>How many batches wait for the pipeline.</summary>
    internal int Queued => _queue.Count;

    /// <summary>Queues a batch of a client, waiting for room. A batch that could not be queued remains the caller's.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ChannelClosedException">Nobody takes batches any more.</exception>
    internal async ValueTask EnqueueAsync(string client, EventBatch batch, CancellationToken cancellation)
    {
        Metrics.QueuedBatches.Add(1);
        try
        {
            await _queue.WriteAsync(client, batch, cancellation).ConfigureAwait(false);
        }
        catch
        {
            Metrics.QueuedBatches.Add(-1);
            throw;
        }
    }

    private void CompleteIfDone()
    {
        if (_isStopping && _requests.Count == 0)
        {
            _queue.Complete();
        }
    }

    private async Task PumpAsync(IObserver<EventBatch> observer, CancellationToken cancellation)
    {
        try
        {
            // What is queued already is pushed by the pump, not by whoever subscribes.
            await Task.Yield();
            while (await _queue.ReadAsync(cancellation).ConfigureAwait(false) is { } batch)
            {
                Metrics.QueuedBatches.Add(-1);
                observer.OnNext(batch);
            }
        }
        finally
        {
            Stop();
            _queue.Complete();
            while (_queue.Take() is { } batch)
            {
                Metrics.QueuedBatches.Add(-1);
                batch.Fail(new InvalidOperationException("the pipeline has ended"));
                batch.Dispose();
            }
        }
    }
}
