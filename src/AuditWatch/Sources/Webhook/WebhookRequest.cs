using System.Threading.Channels;
using AuditWatch.Events;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// One request that has been let in: hands its batches to the pipeline as they arrive, and waits for all of them to be safe.
/// </summary>
/// <param name="source">Where its batches go.</param>
/// <param name="client">Who sends it.</param>
/// <param name="memory">What its batches may hold.</param>
/// <param name="origin">Where its events come from.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookRequest(WebhookSource source, string client, MemoryShare memory, EventOrigin origin, TimeProvider time)
{
    /// <summary>How much of a body is read at a time: what an API server usually sends at once fits in.</summary>
    public const int BatchBytes = 512 << 10;

    // More than there are real events in so many bytes. Without it the shortest ones would take twenty times the memory of their text.
    private const int MaxEventsInBatch = 2048;

    private const string LookedFor =
        "Looked for: audit.k8s.io/v1 events as JSON (an EventList, an Event, or several), and such events in what CloudWatch, Data Firehose, Azure Monitor, Cloud Logging, Pub/Sub, CloudEvents, OpenTelemetry and log shippers send: docs/sources.md.";

    private readonly List<Task> _outcomes = [];
    private long _events;
    private long _rejected;
    private long _ofOtherLogs;
    private long _noEvents;
    private Rejection? _firstRejection;
    private bool _isOtlpBinary;
    private bool _isOtlpJson;

    /// <summary>Queues the events of the body for the pipeline, and returns when their outcome is durable or they have failed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isOtlp">Whether it is in OpenTelemetry's binary form.</param>
    /// <param name="aborted">The client has gone.</param>
    /// <exception cref="IOException">The body cannot be read; its status says why if it is a BadHttpRequestException.</exception>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task<WebhookAnswer> ProcessAsync(Stream body, bool isOtlp, CancellationToken aborted)
    {
        IDisposable? record = null;
        _isOtlpBinary = isOtlp;
        await using var otlp = isOtlp ? new OtlpBody(body, source.Options.MaxEventBytes, Hold) : null;
        try
        {
            return await ProcessAsync(otlp ?? body, aborted).ConfigureAwait(false) with { IsToOtlpJson = _isOtlpJson };
        }
        finally
        {
            record?.Dispose();
        }

        void Hold(long bytes)
        {
            if (bytes > 0 && !memory.HasRoom(bytes))
            {
                throw new MemoryQuotaException();
            }

            memory.Charge(ref record, bytes);
        }
    }

    private async Task<WebhookAnswer> ProcessAsync(Stream body, CancellationToken aborted)
    {
        using var reader = new EventBatchReader(body, origin, time, source.Options.MaxEventBytes)
        {
            FillsBatches = true,
            BatchBytes = BatchBytes,
            MaxEvents = MaxEventsInBatch,
            Quota = memory,
        };
        using var sending = new Deadline(source.Options.BodyTimeout, time, aborted);
        using var patience = new Deadline(source.Options.Patience, time, aborted);
        try
        {
            while (!reader.HasEnded)
            {
                patience.Reset();
                var room = await patience.LimitAsync(cancellation => memory.ReserveAsync(BatchBytes, cancellation)).ConfigureAwait(false);
                if (await sending.LimitAsync(cancellation => ReadAsync(reader, room, cancellation)).ConfigureAwait(false) is { } batch)
                {
                    await patience.LimitAsync(cancellation => EnqueueAsync(batch, cancellation)).ConfigureAwait(false);
                }
            }

            patience.Reset();
            while (Last(reader) is { } last)
            {
                await patience.LimitAsync(cancellation => EnqueueAsync(last, cancellation)).ConfigureAwait(false);
            }

            await patience.LimitAsync(Task.WhenAll(_outcomes).WaitAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (sending.HasPassed && !aborted.IsCancellationRequested)
        {
            return new WebhookAnswer(408, $"The body took longer than {source.Options.BodyTimeout.TotalSeconds:0} seconds to arrive. Send fewer events at a time.");
        }
        catch (OperationCanceledException) when (patience.HasPassed && !aborted.IsCancellationRequested)
        {
            return new WebhookAnswer(503, "The events could not be processed in time. Send them again.");
        }
        catch (MemoryQuotaException)
        {
            return new WebhookAnswer(429, "AuditWatch holds as many events in memory as it may. Send them again.");
        }
        catch (ChannelClosedException)
        {
            return new WebhookAnswer(503, "AuditWatch takes no events at the moment. Send them again.");
        }
        catch (Exception) when (_outcomes.Exists(outcome => outcome.IsFaulted))
        {
            return new WebhookAnswer(503, "The events could not be processed. Send them again.");
        }

        if (reader.IsDamaged)
        {
            return new WebhookAnswer(400, "The body could not be decoded to its end: it is broken or cut short. Send it again.");
        }

        // Whoever sends events sends the same again when it is refused: one that is no event among others is counted and let be. A body of which nothing is
        // understood is a mistake, and its sender must not forget it.
        return _events > 0 || _firstRejection is not { } first || IsAllOfOtherLogs ? new WebhookAnswer(200, $"{_events} events, {_rejected} rejected") { Rejected = _rejected }
            : _noEvents > 0 || (IsOtlp && _ofOtherLogs > 0) ? new WebhookAnswer(422, $"Nothing in the body is an audit event; {_rejected} rejected, the first at line {first.Line}, column {first.Column}: {first.Reason}. {LookedFor}")
            : new WebhookAnswer(400, $"Nothing in the body is an audit event. Line {first.Line}, column {first.Column}: {first.Reason}. {LookedFor}");
    }

    // Once it has begun, the reader is charged for what it reads into.
    private static ValueTask<EventBatch?> ReadAsync(EventBatchReader reader, IDisposable room, CancellationToken cancellation)
    {
        var reading = reader.ReadAsync(cancellation);
        room.Dispose();
        return reading;
    }

    private bool IsOtlp => _isOtlpBinary || _isOtlpJson;

    // Exporters of OpenTelemetry do not send again what was answered with 422, so they may be told that nothing of it was of any use.
    private bool IsAllOfOtherLogs => _rejected == _ofOtherLogs && !IsOtlp;

    private EventBatch? Last(EventBatchReader reader)
    {
        if (reader.BytesRead > 0)
        {
            return reader.Finish();
        }

        // An export without records is one of OpenTelemetry's messages, and no bytes at all in its binary form.
        if (_outcomes.Count > 0 || _isOtlpBinary)
        {
            return null;
        }

        var nothing = new EventBatch(origin, time.GetUtcNow(), capacity: 0);
        nothing.Reject(new Rejection(origin.Source, 1, 1, "an empty body") { Kind = RejectionKind.Malformed });
        return nothing;
    }

    private async Task EnqueueAsync(EventBatch batch, CancellationToken cancellation)
    {
        // From the moment it is queued, the batch is the pipeline's.
        _isOtlpJson |= _outcomes.Count == 0 && !_isOtlpBinary && OtlpAnswer.IsFor(batch.Text);
        _events += batch.Count;
        _rejected += batch.RejectedCount;
        _ofOtherLogs += batch.CountOf(RejectionKind.OtherLog);
        _noEvents += batch.CountOf(RejectionKind.NotAnEvent);
        _firstRejection ??= batch.Rejections.Count > 0 ? batch.Rejections[0] : null;
        _outcomes.Add(batch.Outcome);
        source.NoteRejections(batch);
        try
        {
            await source.EnqueueAsync(client, batch, cancellation).ConfigureAwait(false);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }
}
