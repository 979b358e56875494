using System.Threading.Channels;
using AuditWatch.Events;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// One request that has been let in: hands its batches to the pipeline as they arrive, and waits for all of them to be safe.
/// </summary>
internal sealed class WebhookRequest(WebhookSource source, EventOrigin origin, TimeProvider time)
{
    private readonly List<Task> _outcomes = [];
    private long _events;
    private long _rejected;
    private Rejection? _firstRejection;

    /// <summary>Takes the events of the body; returns when they are safe, or there is no hope of it.</summary>
    /// <exception cref="IOException">The body cannot be read; its status says why if it is a BadHttpRequestException.</exception>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task<WebhookAnswer> TakeAsync(Stream body, CancellationToken aborted)
    {
        using var reader = new EventBatchReader(body, origin, time, source.Options.MaxEventBytes) { FillsBatches = true };
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            while (await reader.ReadAsync(aborted).ConfigureAwait(false) is { } batch)
            {
                patience.CancelAfter(source.Options.Patience);
                await EnqueueAsync(batch, waiting.Token).ConfigureAwait(false);
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            patience.CancelAfter(source.Options.Patience);
            if (Last(reader) is { } last)
            {
                await EnqueueAsync(last, waiting.Token).ConfigureAwait(false);
            }

            await Task.WhenAll(_outcomes).WaitAsync(waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return new WebhookAnswer(503, "The events could not be processed in time. Send them again.");
        }
        catch (ChannelClosedException)
        {
            return new WebhookAnswer(503, "AuditWatch takes no events at the moment. Send them again.");
        }
        catch (Exception) when (_outcomes.Exists(outcome => outcome.IsFaulted))
        {
            return new WebhookAnswer(503, "The events could not be processed. Send them again.");
        }

        // Whoever sends events sends the same again when it is refused: one that is no event is counted and let be. Text that is no JSON is a mistake.
        return _events == 0 && _firstRejection is { IsMalformed: true } first
            ? new WebhookAnswer(400, $"Nothing in the body is an audit event. Line {first.Line}, column {first.Column}: {first.Reason}. "
                + "Send audit.k8s.io/v1 events as JSON: an EventList, an Event, or several.")
            : new WebhookAnswer(200, $"{_events} events, {_rejected} rejected");
    }

    private EventBatch? Last(EventBatchReader reader)
    {
        if (reader.BytesRead > 0)
        {
            return reader.Finish();
        }

        var nothing = new EventBatch(origin, time.GetUtcNow(), capacity: 0);
        nothing.Reject(new Rejection(origin.Source, 1, 1, "an empty body") { IsMalformed = true });
        return nothing;
    }

    private async Task EnqueueAsync(EventBatch batch, CancellationToken cancellation)
    {
        // From the moment it is queued, the batch is the pipeline's.
        _events += batch.Count;
        _rejected += batch.RejectedCount;
        _firstRejection ??= batch.Rejections.Count > 0 ? batch.Rejections[0] : null;
        _outcomes.Add(batch.Outcome);
        try
        {
            await source.EnqueueAsync(batch, cancellation).ConfigureAwait(false);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
