namespace AuditWatch.Sources;

/// <summary>Opens log files as text. A file compressed with gzip or zstd is decompressed, whatever its name is.</summary>
internal static class LogText
{
    /// <summary>Opens a file that others go on writing to, renaming and deleting.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static FileStream OpenFile(string path) => new(
        path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan });

    /// <summary>The text of a file from its beginning. Reading it fails with an <see cref="InvalidDataException"/> where the compressed data are damaged.</summary>
    /// <param name="file">The file; closed with the text.</param>
    public static Stream Of(FileStream file) => DecompressedText.Is(file) ? DecompressedText.Of(file) : file;
}
