using AuditWatch.Events;

namespace AuditWatch.Sources.LogFile;

/// <summary>
/// Makes of the pieces of a file what one reader would have made of the whole. A piece was read as if a document began with it. If the one before
/// ended between two lines, that is true and it stands; otherwise it is read anew by the reader of the one before, with what that left over before it.
/// Not thread-safe.
/// </summary>
internal sealed class PieceJoiner(EventOrigin origin, TimeProvider time) : IDisposable
{
    private readonly TimeInLog _times = new();
    private AuditEventReader? _reader;
    private EventBatch? _rest;

    /// <summary>Takes the next piece.</summary>
    /// <returns>The events that are complete, in a batch that is the caller's to dispose of; null if there are none.</returns>
    public EventBatch? Add(Piece piece)
    {
        var (batch, consumed) = (piece.Batch, piece.Consumed);
        if (_reader is null || (_rest is null && _reader.IsBetweenLines))
        {
            if (_reader is not null)
            {
                var (lines, bytes) = piece.Reader.ContinueFrom(_reader);
                batch.MoveRejections(lines, bytes);
            }

            _reader = piece.Reader;
        }
        else
        {
            batch = Join(_rest, batch);
            consumed = _reader.Read(batch, isFinal: false);
        }

        if (consumed == 0 && batch.TextLength > EventBatchReader.DefaultMaxEventBytes)
        {
            _reader.RejectOversized(batch, EventBatchReader.DefaultMaxEventBytes);
            consumed = _reader.Read(batch, isFinal: false);
        }

        return Cut(batch, consumed);
    }

    /// <summary>Ends the reading: what is incomplete is rejected.</summary>
    public EventBatch? Finish()
    {
        var batch = _rest ?? new EventBatch(origin, time.GetUtcNow(), capacity: 1);
        _rest = null;
        return Cut(batch, (_reader ?? new AuditEventReader(origin.Source)).Read(batch, isFinal: true));
    }

    /// <summary>Gives up what is incomplete.</summary>
    public void Dispose() => _rest?.Dispose();

    private EventBatch? Cut(EventBatch batch, int consumed)
    {
        _rest = null;
        if (consumed < batch.TextLength)
        {
            _rest = NewBatch(batch.Text[consumed..]);
            batch.Truncate(consumed);
        }

        if (batch.Count == 0 && batch.RejectedCount == 0)
        {
            batch.Dispose();
            return null;
        }

        _times.Settle(batch);
        return batch;
    }

    // The text of both, nothing of it read.
    private EventBatch Join(EventBatch? rest, EventBatch piece)
    {
        var joined = NewBatch(rest is null ? default : rest.Text, piece.TextLength);
        joined.Append(piece.Text);
        rest?.Dispose();
        piece.Dispose();
        return joined;
    }

    private EventBatch NewBatch(ReadOnlySpan<byte> text, int more = 0)
    {
        var batch = new EventBatch(origin, time.GetUtcNow(), Math.Max(1, text.Length + more));
        batch.Append(text);
        return batch;
    }
}
