using System.IO.Compression;
using ZstdSharp;

namespace AuditWatch.Sources;

/// <summary>
/// What was compressed in a file, with gzip or zstd, in one piece or several. What is damaged, cut short, or followed by something else than more of the kind
/// ends with an <see cref="InvalidDataException"/>: it must not pass for the end of the log.
/// </summary>
internal sealed class DecompressedText : Stream
{
    private static readonly byte[] GzipMagic = [0x1F, 0x8B];
    private static readonly byte[] ZstdMagic = [0x28, 0xB5, 0x2F, 0xFD];

    private readonly FileStream _file;
    private readonly FileWithTail _input;
    private readonly Stream _text;
    private readonly bool _leaveOpen;

    private DecompressedText(FileStream file, bool leaveOpen)
    {
        (_file, _leaveOpen, _input) = (file, leaveOpen, new FileWithTail(file));
        _text = Begins(file, GzipMagic) ? new GZipStream(_input, CompressionMode.Decompress) : new DecompressionStream(_input);
    }

    /// <summary>How many bytes of the file have been read.</summary>
    public long BytesRead => _input.Position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a file is compressed. A pipe is taken not to be.</summary>
    public static bool Is(FileStream file) => Begins(file, GzipMagic) || Begins(file, ZstdMagic);

    /// <summary>The text of a compressed file that stands at its beginning.</summary>
    /// <param name="file">The file.</param>
    /// <param name="leaveOpen">Whether it stays open when the text is closed.</param>
    public static DecompressedText Of(FileStream file, bool leaveOpen = false) => new(file, leaveOpen);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = _text.Read(buffer);
            return count > 0 || buffer.IsEmpty ? count : AtEnd();
        }
        catch (Exception problem) when (problem is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await _text.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count > 0 || buffer.IsEmpty ? count : AtEnd();
        }
        catch (Exception problem) when (problem is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
            if (!_leaveOpen)
            {
                _file.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    // Zeros are the padding of whoever writes in blocks.
    private int AtEnd()
    {
        Span<byte> rest = stackalloc byte[4 << 10];
        for (var at = _input.Position; RandomAccess.Read(_file.SafeFileHandle, rest, at) is > 0 and var count; at += count)
        {
            if (rest[..count].ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException("something else follows what was compressed");
            }
        }

        return 0;
    }

    private static bool Begins(FileStream file, byte[] magic)
    {
        Span<byte> begin = stackalloc byte[4];
        return file.CanSeek && RandomAccess.Read(file.SafeFileHandle, begin, 0) >= magic.Length && begin.StartsWith(magic);
    }
}
