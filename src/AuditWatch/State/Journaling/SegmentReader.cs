namespace AuditWatch.State.Journaling;

/// <summary>Reads the frames of a segment in their order, up to an end.</summary>
internal sealed class SegmentReader(Segment segment, long end)
{
    private const int WindowSize = 1 << 20;

    private byte[] _window = new byte[WindowSize];
    private long _windowStart;
    private int _windowLength;

    /// <summary>Where the next frame begins, or what is none.</summary>
    public long Position { get; private set; } = SegmentHeader.Size;

    /// <summary>Reads the next frame.</summary>
    /// <param name="changes">Its changes, until the next call.</param>
    /// <param name="offset">Where they begin.</param>
    /// <returns>False at the end, and before what is no frame or a damaged one.</returns>
    public bool TryRead(out ReadOnlySpan<byte> changes, out long offset)
    {
        offset = Position + Frame.HeaderSize;
        changes = default;
        if (!TryReadHeader(Position, out var frame) || frame.Length > end - offset)
        {
            return false;
        }

        changes = At(offset, frame.Length);
        if (Crc32C.Of(changes) != frame.Checksum)
        {
            return false;
        }

        Position = offset + frame.Length;
        return true;
    }

    /// <summary>
    /// Whether what is at <see cref="Position"/> had been durable: there is a frame behind it whose write began later. If not, it may be what a
    /// crash has left of the last write.
    /// </summary>
    public bool WasDurable()
    {
        for (var offset = Position + 1; offset <= end - Frame.HeaderSize; offset++)
        {
            if (TryReadHeader(offset, out var frame) && frame.WriteStart > Position && frame.WriteStart <= offset)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryReadHeader(long offset, out Frame frame)
    {
        frame = default;
        return end - offset >= Frame.HeaderSize && Frame.TryRead(At(offset, Frame.HeaderSize), segment.Header.Salt, offset, out frame);
    }

    private ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            Fill(offset, count);
        }

        return _window.AsSpan((int)(offset - _windowStart), count);
    }

    private void Fill(long offset, int count)
    {
        if (count > _window.Length)
        {
            _window = new byte[count];
        }

        _windowStart = offset;
        _windowLength = 0;
        while (_windowLength < count)
        {
            var room = (int)Math.Min(_window.Length - _windowLength, end - offset - _windowLength);
            var read = RandomAccess.Read(segment.File, _window.AsSpan(_windowLength, room), offset + _windowLength);
            _windowLength += read > 0 ? read : throw segment.Damaged(offset + _windowLength, "the file has become shorter");
        }
    }
}
