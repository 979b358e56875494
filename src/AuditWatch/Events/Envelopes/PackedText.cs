using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;

namespace AuditWatch.Events.Envelopes;

/// <summary>Decodes text that an envelope carries as base64, plain or compressed with gzip, as Data Firehose, Pub/Sub and CloudEvents do. Thread-safe.</summary>
internal static class PackedText
{
    /// <summary>The maximum length of the decoded text in bytes, against decompression bombs.</summary>
    public const int Longest = 16 << 20;

    /// <summary>Decodes a text.</summary>
    /// <param name="base64">The text as it stands in the JSON string, without escapes.</param>
    /// <returns>The decoded bytes; null if it is not base64, or if the compressed data are damaged or too long.</returns>
    public static byte[]? TryUnpack(ReadOnlySpan<byte> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (base64.IsEmpty || Base64.DecodeFromUtf8(base64, bytes, out _, out var length) != OperationStatus.Done)
        {
            return null;
        }

        return bytes is [0x1F, 0x8B, ..] ? TryDecompress(bytes, length) : bytes[..length];
    }

    private static byte[]? TryDecompress(byte[] bytes, int length)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes, 0, length), CompressionMode.Decompress);
        using var text = new MemoryStream();
        var block = new byte[1 << 16];
        try
        {
            for (var count = gzip.Read(block); count > 0; count = gzip.Read(block))
            {
                if (text.Length + count > Longest)
                {
                    return null;
                }

                text.Write(block, 0, count);
            }

            return text.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
