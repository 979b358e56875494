using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// The decompressed body of a request. It is decompressed while it arrives, and fails when it becomes longer than the limit, so that a few kilobytes cannot
/// expand to any size. The bytes on the wire are limited by the server.
/// </summary>
internal sealed class RequestBody : Stream
{
    /// <summary>The encodings that are understood, besides none.</summary>
    public const string Encodings = "gzip, deflate";

    private readonly Stream _decompressed;
    private readonly long _limit;
    private long _read;

    private RequestBody(Stream decompressed, long limit) => (_decompressed, _limit) = (decompressed, limit);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The body; null if it is encoded in a way that is not understood.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes it may have.</param>
    public static Stream? TryOpen(HttpRequest request, long limit) => request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant() switch
    {
        "" or "identity" => request.Body,
        "gzip" or "x-gzip" => new RequestBody(new GZipStream(request.Body, CompressionMode.Decompress), limit),
        "deflate" => new RequestBody(new ZLibStream(request.Body, CompressionMode.Decompress), limit),
        _ => null,
    };

    /// <inheritdoc/>
    /// <exception cref="BadHttpRequestException">The body is longer than it may be; its status is 413.</exception>
    /// <exception cref="InvalidDataException">The body is not what its encoding says, or cut short.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _decompressed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += count;
        return _read <= _limit ? count : throw new BadHttpRequestException("the body is too long", StatusCodes.Status413PayloadTooLarge);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _decompressed.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
