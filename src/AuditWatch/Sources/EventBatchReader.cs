using AuditWatch.Events;

namespace AuditWatch.Sources;

/// <summary>
/// Turns a stream of bytes into batches of events: reads about a megabyte at a time and carries the beginning of an event that is not all there
/// over into the next batch. An event longer than the limit is rejected, so memory stays bounded whatever is sent. Not thread-safe.
/// </summary>
public sealed class EventBatchReader : IDisposable
{
    /// <summary>The most bytes an event may have where nobody says otherwise: 16 MiB, ten times what etcd stores in an object.</summary>
    public const int DefaultMaxEventBytes = 16 << 20;

    private readonly Stream _stream;
    private readonly EventOrigin _origin;
    private readonly TimeProvider _time;
    private readonly int _maxEventBytes;
    private readonly AuditEventReader _reader;
    private EventBatch? _unread;
    private int _looked;
    private bool _isDamaged;

    /// <summary>A reader of a stream from where it stands.</summary>
    /// <param name="stream">The stream; whoever opened it closes it.</param>
    /// <param name="origin">Where the events come from.</param>
    /// <param name="time">Tells when a batch arrived.</param>
    /// <param name="maxEventBytes">The most bytes an event may have, at least 1.</param>
    public EventBatchReader(Stream stream, EventOrigin origin, TimeProvider time, int maxEventBytes = DefaultMaxEventBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventBytes, 1);
        _stream = stream;
        _origin = origin;
        _time = time;
        _maxEventBytes = maxEventBytes;
        _reader = new AuditEventReader(origin.Source);
    }

    /// <summary>
    /// Whether to wait until a batch is full or the stream ends; otherwise a batch holds what one read brings, so that
    /// events from a sender who pauses do not wait for the next ones. False by default.
    /// </summary>
    public bool FillsBatches { get; init; }

    /// <summary>How many bytes to read at a time. A megabyte by default.</summary>
    internal int BatchBytes { get; init; } = 1 << 20;

    /// <summary>How many bytes have been read from the stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How many of them belong to events that have been returned, or to what was passed over between them.</summary>
    public long BytesConsumed => BytesRead - (_unread?.TextLength ?? 0);

    /// <summary>Whether another reader could go on where <see cref="BytesConsumed"/> says: not within an EventList.</summary>
    public bool IsBetweenDocuments => _reader.IsBetweenDocuments;

    /// <summary>Reads on until there is an event or a rejection.</summary>
    /// <returns>The next batch, the caller's to dispose of; null when the stream has no more bytes, for now or for good, or they cannot be decompressed.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what has been read is kept.</exception>
    public async ValueTask<EventBatch?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            _unread ??= NewBatch(0);
            var room = _unread.GetMemory();
            var count = await FillAsync(room, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            BytesRead += count;
            _unread.Advance(count);

            // A long event that comes in small pieces is not looked at again for each: only at the end of a line, or once it has doubled.
            if ((_unread.TextLength >= 2 * _looked || room.Span[..count].Contains((byte)'\n')) && TakeBatch(isFinal: false) is { } batch)
            {
                return batch;
            }
        }
    }

    /// <summary>Ends the reading: what is incomplete is rejected, and the rest of compressed data that are damaged.</summary>
    /// <returns>The last batch, the caller's to dispose of; null if there was nothing left.</returns>
    public EventBatch? Finish()
    {
        var last = TakeBatch(isFinal: true);
        if (_isDamaged)
        {
            last ??= NewBatch(0);
            _reader.RejectRest(last, "the compressed data are damaged or cut short here; what comes before is used");
        }

        return last;
    }

    /// <summary>Gives up what has been read but not returned.</summary>
    public void Dispose()
    {
        _unread?.Dispose();
        _unread = null;
    }

    private async ValueTask<int> FillAsync(Memory<byte> room, CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadAtLeastAsync(room, FillsBatches ? room.Length : 1, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            _isDamaged = true;
            return 0;
        }
    }

    private EventBatch? TakeBatch(bool isFinal)
    {
        var batch = _unread ?? NewBatch(0);
        var consumed = _reader.Read(batch, isFinal);
        if (consumed == 0 && !isFinal)
        {
            _looked = batch.TextLength;
            if (batch.TextLength <= _maxEventBytes)
            {
                return null;
            }

            _reader.RejectOversized(batch, _maxEventBytes);
            consumed = _reader.Read(batch, isFinal);
        }

        _looked = 0;
        _unread = null;
        if (consumed < batch.TextLength)
        {
            _unread = NewBatch(batch.TextLength - consumed);
            _unread.Append(batch.Text[consumed..]);
            batch.Truncate(consumed);
        }

        if (batch.Count == 0 && batch.RejectedCount == 0)
        {
            batch.Dispose();
            return null;
        }

        batch.ReceivedAt = _time.GetUtcNow();
        return batch;
    }

    private EventBatch NewBatch(int carried) => new(_origin, _time.GetUtcNow(), Math.Max(BatchBytes, carried));
}
