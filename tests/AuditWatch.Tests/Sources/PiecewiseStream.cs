namespace AuditWatch.Tests.Sources;

/// <summary>A stream that gives its bytes in pieces, one a read, and an end where a piece is empty; after an end it may go on.</summary>
internal sealed class PiecewiseStream(IEnumerable<byte[]> pieces) : MemoryStream
{
    private readonly Queue<byte[]> _pieces = new(pieces);

    /// <summary>Called when the stream is disposed of.</summary>
    public Action Closed { get; init; } = () => { };

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_pieces.TryPeek(out var piece))
        {
            return ValueTask.FromResult(0);
        }

        var count = Math.Min(piece.Length, buffer.Length);
        piece.AsMemory(0, count).CopyTo(buffer);
        _pieces.Dequeue();
        if (count < piece.Length)
        {
            // What did not fit comes first at the next read.
            var rest = _pieces.ToArray();
            _pieces.Clear();
            _pieces.Enqueue(piece[count..]);
            Array.ForEach(rest, _pieces.Enqueue);
        }

        return ValueTask.FromResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Closed();
    }
}
