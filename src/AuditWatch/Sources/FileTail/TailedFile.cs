using AuditWatch.Events;

namespace AuditWatch.Sources.FileTail;

/// <summary>A file that is open and followed, whatever happens to its name.</summary>
internal sealed class TailedFile : IDisposable
{
    private readonly EventOrigin _origin;
    private readonly TimeProvider _time;
    private readonly FileStream _stream;
    private readonly FileIdentity _identity;
    private EventBatchReader _reader;

    private TailedFile(FileStream stream, EventOrigin origin, TimeProvider time)
    {
        _origin = origin;
        _time = time;
        _stream = stream;
        _identity = FileIdentity.Of(stream.SafeFileHandle);
        _reader = new EventBatchReader(stream, origin, time);
    }

    /// <summary>Whether nothing has been written to the file yet.</summary>
    public bool IsEmpty => _stream.Length == 0;

    /// <summary>Whether the file has become shorter than what has been read of it.</summary>
    public bool HasShrunk => _stream.Length < _stream.Position;

    /// <summary>Opens a file at its start; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static TailedFile? TryOpen(string path, EventOrigin origin, TimeProvider time)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
            var file = new TailedFile(stream, origin, time);
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

    /// <summary>Whether both are one and the same file.</summary>
    public bool IsSameAs(TailedFile other) => _identity == other._identity;

    /// <summary>The next batch; null if there is none for now.</summary>
    public ValueTask<EventBatch?> ReadAsync(CancellationToken cancellation) => _reader.ReadAsync(cancellation);

    /// <summary>Ends the reading: a last line that is incomplete is rejected.</summary>
    public EventBatch? Finish() => _reader.Finish();

    /// <summary>Passes over what the file holds already, but for a last line whose end is still to come.</summary>
    public void SkipToEnd()
    {
        var block = new byte[1 << 16];
        for (var end = _stream.Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            _stream.Position = start;
            var read = _stream.ReadAtLeast(block.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            var newline = block.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                _stream.Position = start + newline + 1;
                return;
            }

            end = start;
        }

        _stream.Position = 0;
    }

    /// <summary>Begins again at the start of the file. What <see cref="Finish"/> did not return is given up.</summary>
    public void Restart()
    {
        _stream.Position = 0;
        _reader.Dispose();
        _reader = new EventBatchReader(_stream, _origin, _time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }
}
