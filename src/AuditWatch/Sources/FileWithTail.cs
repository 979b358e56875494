namespace AuditWatch.Sources;

/// <summary>
/// A file whose last bytes are read one by one, so that whoever stops before its end has not read more than it needed: the decompressor of the runtime does not
/// say how much of what it has read was not for it, and reads no more than 8 KiB at a time.
/// </summary>
/// <param name="file">The file, at its beginning; not closed.</param>
internal sealed class FileWithTail(FileStream file) : Stream
{
    private const int TailBytes = 16 << 10;

    private readonly long _tailStart = Math.Max(0, file.Length - TailBytes);
    private byte[]? _tail;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes have been read.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = _position < _tailStart ? RandomAccess.Read(file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, _tailStart - _position)], _position) : ReadTail(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadTail(Span<byte> buffer)
    {
        if (_tail is null)
        {
            var tail = new byte[TailBytes];
            _tail = tail[..RandomAccess.Read(file.SafeFileHandle, tail, _tailStart)];
        }

        var at = (int)(_position - _tailStart);
        if (at >= _tail.Length)
        {
            return 0;
        }

        buffer[0] = _tail[at];
        return 1;
    }
}
