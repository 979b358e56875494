using System.Text;

namespace AuditWatch.Sources;

/// <summary>
/// A log as UTF-8, whatever it is encoded in, which its first line tells: UTF-16, as PowerShell writes what is redirected to a file, and tables (<see cref="TableText"/>).
/// Anything else is passed on as it is. Not thread-safe.
/// </summary>
/// <param name="input">The log at its beginning; closed with this one.</param>
internal sealed class DecodedText(Stream input) : ForwardStream
{
    private const int LongestHead = 16 << 10;

    private Stream? _text;
    private long _read;

    /// <summary>How many bytes have been read; of a compressed file as they are in the file.</summary>
    public long BytesRead => (input as DecompressedText)?.BytesRead ?? _read;

    /// <summary>Whether a file is encoded. A pipe is taken not to be, for what is read of it is gone.</summary>
    public static bool Is(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        var head = new byte[LongestHead];
        var length = RandomAccess.Read(file.SafeFileHandle, head, 0);
        return Utf16Of(head.AsSpan(0, length)) is not null || TableText.Is(head.AsSpan(0, length));
    }

    /// <summary>Whether a file may be encoded: of a pipe nobody knows.</summary>
    public static bool MayBe(FileStream file) => !file.CanSeek || Is(file);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _text ??= await DecodedAsync(cancellationToken).ConfigureAwait(false);
        var count = await _text.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_text ?? input).Dispose();
        }

        base.Dispose(disposing);
    }

    // A table may be written in UTF-16.
    private async Task<Stream> DecodedAsync(CancellationToken cancellation)
    {
        var head = await HeadAsync(input, cancellation).ConfigureAwait(false);
        var text = new HeadedStream(head, input);
        if (Utf16Of(head) is { } utf16)
        {
            var transcoded = Encoding.CreateTranscodingStream(text, utf16, Encoding.UTF8);
            head = await HeadAsync(transcoded, cancellation).ConfigureAwait(false);
            text = new HeadedStream(head, transcoded);
        }

        return TableText.Is(head) ? new TableText(text) : text;
    }

    // By its byte-order mark, or because every other byte of ASCII is zero.
    private static Encoding? Utf16Of(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        [> 0 and < 128, 0, > 0 and < 128, 0, ..] => Encoding.Unicode,
        [0, > 0 and < 128, 0, > 0 and < 128, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    // So much as has the first line in it, no more than there is at the moment: what comes through a pipe comes bit by bit.
    private static async ValueTask<byte[]> HeadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[LongestHead];
        for (var length = 0; ;)
        {
            var count = await stream.ReadAsync(head.AsMemory(length), cancellation).ConfigureAwait(false);
            length += count;
            if (count == 0 || IsEnough(head.AsSpan(0, length)))
            {
                return head[..length];
            }
        }
    }

    private static bool IsEnough(ReadOnlySpan<byte> head) => head.Length == LongestHead || (head.Length >= 4 && (head[0] is (byte)'{' or (byte)'[' || head.Contains((byte)'\n')));

    /// <summary>What has been read already, and what follows it.</summary>
    private sealed class HeadedStream(byte[] head, Stream rest) : ForwardStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, head.Length - _at);
            head.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return count > 0 ? ValueTask.FromResult(count) : rest.ReadAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
