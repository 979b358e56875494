using AuditWatch.Events;

namespace AuditWatch.Sources;

/// <summary>
/// Reads a stream of bytes as batches of events, about a megabyte at a time. What is read of an event that is not complete is moved to the next batch. An event
/// longer than the limit is rejected, so that memory is bounded whatever is sent. Not thread-safe.
/// </summary>
public sealed class EventBatchReader : IDisposable
{
    /// <summary>The default of the most bytes that an event may have: 16 MiB, ten times what etcd stores in an object.</summary>
    public const int DefaultMaxEventBytes = 16 << 20;

    private readonly Stream _stream;
    private readonly EventOrigin _origin;
    private readonly TimeProvider _time;
    private readonly int _maxEventBytes;
    private readonly AuditEventReader _reader;
    private EventBatch? _unread;
    private IDisposable? _lines;
    private int _looked;
    private bool _isDamaged;
    private bool _mayHoldEvents;

    /// <summary>Creates a reader of a stream from its current position.</summary>
    /// <param name="stream">The stream. The caller disposes of it.</param>
    /// <param name="origin">Where the events come from.</param>
    /// <param name="time">The clock for <see cref="EventBatch.ReceivedAt"/>.</param>
    /// <param name="maxEventBytes">The most bytes that an event may have, at least 1. Default: <see cref="DefaultMaxEventBytes"/>.</param>
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

    /// <summary>How many bytes to read at a time. Default: 1 MiB.</summary>
    internal int BatchBytes { get; init; } = 1 << 20;

    /// <summary>The most events in a batch, at least 1. Default: no limit. An event takes memory besides its text, which matters for the shortest ones.</summary>
    public int MaxEvents { get; init; } = int.MaxValue;

    /// <summary>What the stream is called in rejections. Default: the origin's source.</summary>
    internal string Place
    {
        init => _reader = new AuditEventReader(value);
    }

    /// <summary>The share that batches are charged to; null for none. Default: null.</summary>
    internal MemoryShare? Quota { get; init; }

    /// <summary>Whether the stream has ended in compressed data that are damaged or cut short.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Whether the stream is known to have ended: one that batches are filled from ends only once.</summary>
    internal bool HasEnded { get; private set; }

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
    /// <exception cref="MemoryQuotaException">The quota has no room for an event as long as the one that is being read.</exception>
    public async ValueTask<EventBatch?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_mayHoldEvents && CutBatch(isFinal: false) is { } held)
            {
                return held;
            }

            if (HasEnded)
            {
                return null;
            }

            _unread ??= NewBatch(capacity: 0);
            _unread.Reserve(BatchBytes);
            var room = RoomIn(_unread);
            var count = await FillAsync(room, cancellation).ConfigureAwait(false);
            HasEnded = FillsBatches && count < room.Length;
            if (count == 0)
            {
                return null;
            }

            BytesRead += count;
            _unread.Advance(count);

            // A long event that comes in small pieces is not looked at again for each: only at the end of a line, once it has doubled, or once it is too long.
            if ((_unread.TextLength >= 2 * _looked || _unread.TextLength > _maxEventBytes || room.Span[..count].Contains((byte)'\n')) && CutBatch(isFinal: false) is { } batch)
            {
                return batch;
            }
        }
    }

    /// <summary>
    /// Ends the reading: what is incomplete is rejected, and the rest of compressed data that are damaged. With <see cref="MaxEvents"/>, to be called
    /// until there is nothing left.
    /// </summary>
    /// <returns>The last batch, the caller's to dispose of; null if there was nothing left.</returns>
    public EventBatch? Finish()
    {
        var last = CutBatch(isFinal: true);
        if (_isDamaged && !_mayHoldEvents)
        {
            _isDamaged = false;
            last ??= NewBatch(capacity: 0);
            _reader.RejectRest(last, "the compressed data are damaged or cut short here; what comes before is used");
        }

        return last;
    }

    /// <summary>Gives up what has been read but not returned.</summary>
    public void Dispose()
    {
        _unread?.Dispose();
        _unread = null;
        _lines?.Dispose();
    }

    private async ValueTask<int> FillAsync(Memory<byte> room, CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadAtLeastAsync(room, FillsBatches ? room.Length : 1, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            IsDamaged = _isDamaged = true;
            return 0;
        }
    }

    private EventBatch? CutBatch(bool isFinal)
    {
        var batch = _unread ?? NewBatch(capacity: 0);
        var consumed = _reader.Read(batch, isFinal, MaxEvents);
        Quota?.Charge(ref _lines, _reader.HeldBytes);
        if (consumed == 0 && !isFinal)
        {
            _looked = batch.TextLength;
            _mayHoldEvents = false;
            if (batch.TextLength <= _maxEventBytes)
            {
                return null;
            }

            _reader.RejectOversized(batch, _maxEventBytes);
            consumed = _reader.Read(batch, isFinal, MaxEvents);
        }

        _looked = 0;
        _unread = null;
        _mayHoldEvents = batch.Count == MaxEvents && consumed < batch.TextLength;
        if (consumed < batch.TextLength)
        {
            // It may have to wait until there is memory to read on, so it holds no more than it needs.
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
        Quota?.Charge(batch);
        return batch;
    }

    private Memory<byte> RoomIn(EventBatch batch)
    {
        // To see that an event is too long takes a little more than it may have.
        var longest = _maxEventBytes + BatchBytes;
        if (batch.IsFull && Quota?.HasRoom(BufferPool.GrownLength(batch.TextLength, sizeof(byte), longest)) == false)
        {
            throw new MemoryQuotaException();
        }

        var room = batch.GetMemory(longest);
        Quota?.Charge(batch);
        return room;
    }

    private EventBatch NewBatch(int capacity)
    {
        var batch = new EventBatch(_origin, _time.GetUtcNow(), capacity);
        Quota?.Charge(batch);
        return batch;
    }
}
