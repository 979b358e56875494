namespace AuditWatch.Tests.Sources;

/// <summary>A stream that gives its bytes in pieces, one a read, and an end where a piece is empty; after an end it may go on.</summary>
internal sealed class PiecewiseStream(IEnumerable<byte[]> pieces) : MemoryStream
{
    private readonly Queue<byte[]> _pieces = new(pieces);
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Called when the stream is disposed of.</summary>
    public Action Closed { get; init; } = () => { };

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty && _pieces.TryDequeue(out var piece))
        {
            _rest = piece;
        }

        // What does not fit comes first at the next read.
        var count = Math.Min(_rest.Length, buffer.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return ValueTask.FromResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Closed();
    }
}
