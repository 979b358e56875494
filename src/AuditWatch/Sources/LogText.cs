using System.IO.Compression;

namespace AuditWatch.Sources;

/// <summary>Opens log files as text. A file in gzip format is decompressed, whatever its name is.</summary>
internal static class LogText
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    /// <summary>Opens a file that others go on writing to, renaming and deleting.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static FileStream OpenFile(string path) => new(
        path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan });

    /// <summary>Whether a file is compressed. A pipe is taken not to be.</summary>
    public static bool IsCompressed(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        return file.CanSeek && RandomAccess.Read(file.SafeFileHandle, magic, 0) == magic.Length && magic.SequenceEqual(GzipMagic);
    }

    /// <summary>The text of a file from its beginning. Reading it fails with an <see cref="InvalidDataException"/> where the compressed data are damaged.</summary>
    /// <param name="file">The file; closed with the text.</param>
    public static Stream Of(FileStream file) => IsCompressed(file) ? new GZipStream(file, CompressionMode.Decompress) : file;
}
