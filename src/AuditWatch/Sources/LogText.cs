namespace AuditWatch.Sources;

/// <summary>Opens log files as text, whatever their names are: what is compressed with gzip or zstd is decompressed, and UTF-16 and tables are made into JSON in UTF-8 (<see cref="DecodedText"/>).</summary>
internal static class LogText
{
    /// <summary>Opens a file that others go on writing to, renaming and deleting.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static FileStream OpenFile(string path) => new(
        path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan });

    /// <summary>The text of a file from its beginning. Reading it fails with an <see cref="InvalidDataException"/> where the compressed data are damaged.</summary>
    /// <param name="file">The file; closed with the text.</param>
    public static Stream Of(FileStream file) => DecompressedText.Is(file) ? new DecodedText(DecompressedText.Of(file)) : DecodedText.MayBe(file) ? new DecodedText(file) : file;
}
