using AuditWatch.Events;

namespace AuditWatch.Sources.FileTail;

/// <summary>An open file of a log, read as it grows, whatever happens to its name. It may be compressed. Not thread-safe.</summary>
internal sealed class TailedFile : IDisposable
{
    private readonly EventOrigin _origin;
    private readonly TimeProvider _time;
    private readonly FileStream _file;
    private readonly bool _isCompressed;
    private byte[] _head;
    private Stream _text;
    private long _start;
    private EventBatchReader _reader;

    private TailedFile(string path, FileStream file, EventOrigin origin, TimeProvider time)
    {
        Path = path;
        _origin = origin;
        _time = time;
        _file = file;
        _isCompressed = DecompressedText.Is(file);
        Identity = FileIdentity.Of(file.SafeFileHandle);
        _text = Text();
        _reader = new EventBatchReader(_text, origin, time);
        _head = ReadHead();
        Restart(0);
    }

    /// <summary>The path of the file when it was opened.</summary>
    public string Path { get; }

    /// <summary>The identity of the file.</summary>
    public FileIdentity Identity { get; }

    /// <summary>The hash of its first bytes, as far as they were there.</summary>
    public FileHead Head => FileHead.Of(_head);

    /// <summary>Its length on disk, in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Whether nothing was in it when its beginning was last looked at.</summary>
    public bool WasEmpty => _head.Length == 0;

    /// <summary>When it was last written to.</summary>
    public DateTimeOffset LastWritten => File.GetLastWriteTimeUtc(_file.SafeFileHandle);

    /// <summary>Whether another reader could go on at its <see cref="Position"/>: not within an EventList.</summary>
    public bool IsBetweenDocuments => _reader.IsBetweenDocuments;

    /// <summary>Whether the file is no longer the one that was read: it has become shorter, or begins otherwise.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Opens a file at its start; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static TailedFile? TryOpen(string path, EventOrigin origin, TimeProvider time)
    {
        FileStream? stream = null;
        try
        {
            stream = LogText.OpenFile(path);
            var file = new TailedFile(path, stream, origin, time);
            stream = null;
            return file;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Whether an offset in its text is beyond its end; not known of a compressed file.</summary>
    public bool IsShorterThan(long offset) => !_isCompressed && Length < offset;

    /// <summary>Whether the file's text begins so.</summary>
    public bool Begins(FileHead head) => head.IsOf(_head);

    /// <summary>How far it has been read.</summary>
    /// <param name="latest">When the last event was written.</param>
    public TailPosition Position(DateTimeOffset? latest)
    {
        var offset = _start + _reader.BytesConsumed;
        var head = FileHead.Of(_head.AsSpan(0, (int)Math.Min(offset, _head.Length)));
        return new TailPosition(Identity, head, offset, _isCompressed ? 0 : Length, latest);
    }

    /// <summary>The next batch; null if there is none for now, or the file <see cref="HasChanged"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async ValueTask<EventBatch?> ReadAsync(CancellationToken cancellation)
    {
        var batch = await _reader.ReadAsync(cancellation).ConfigureAwait(false);

        // Looked at after the reading: what begins as before had not been overwritten when it was read.
        HasChanged = !_isCompressed && !BeginsAsBefore();
        if (!HasChanged)
        {
            return batch;
        }

        batch?.Dispose();
        return null;
    }

    /// <summary>Ends the reading: a last line that is incomplete is rejected.</summary>
    public EventBatch? Finish() => _reader.Finish();

    /// <summary>Begins to read at a byte of the text, or at the end if that comes first.</summary>
    public async Task StartAtAsync(long offset, CancellationToken cancellation)
    {
        if (!_isCompressed)
        {
            Restart(Math.Min(offset, Length));
            return;
        }

        Restart(0);
        var block = new byte[1 << 16];
        try
        {
            while (_start < offset
                && await _text.ReadAsync(block.AsMemory(0, (int)Math.Min(block.Length, offset - _start)), cancellation).ConfigureAwait(false) is > 0 and var count)
            {
                _start += count;
            }
        }
        catch (InvalidDataException)
        {
            // The reader will come upon it and say so.
        }
    }

    /// <summary>Passes over what the file holds already, but for a last line whose end is still to come.</summary>
    public void SkipToEnd()
    {
        var block = new byte[1 << 16];
        for (var end = Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            var read = RandomAccess.Read(_file.SafeFileHandle, block.AsSpan(0, (int)(end - start)), start);
            var newline = block.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                Restart(start + newline + 1);
                return;
            }

            end = start;
        }

        Restart(0);
    }

    /// <summary>When the file's first event was written; null if nobody can tell. The reading begins again at the start.</summary>
    public async Task<DateTimeOffset?> FirstEventAsync(CancellationToken cancellation)
    {
        var first = await FirstEvent.TimeAsync(_text, cancellation).ConfigureAwait(false);
        Restart(0);
        return first;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _text.Dispose();
        _file.Dispose();
    }

    private void Restart(long start)
    {
        _file.Position = start;
        _start = start;
        _reader.Dispose();
        _text = Text();
        _reader = new EventBatchReader(_text, _origin, _time);
    }

    private Stream Text() => _isCompressed ? DecompressedText.Of(_file, leaveOpen: true) : _file;

    private bool BeginsAsBefore()
    {
        var before = _head;
        _head = ReadHead();
        return Length >= _file.Position && _head.AsSpan().StartsWith(before);
    }

    // From the start of the file, wherever the reading is. A compressed file does not change.
    private byte[] ReadHead()
    {
        var head = new byte[FileHead.MaxLength];
        var length = 0;
        try
        {
            while (length < head.Length)
            {
                var count = _isCompressed ? _text.Read(head.AsSpan(length)) : RandomAccess.Read(_file.SafeFileHandle, head.AsSpan(length), length);
                if (count == 0)
                {
                    break;
                }

                length += count;
            }
        }
        catch (InvalidDataException)
        {
            // As much as there is.
        }

        return head[..length];
    }
}
