namespace AuditWatch.Sources;

/// <summary>
/// A file of lines that only its owner can read, and that does not grow without end: a full one is renamed to <c>NAME.1</c> and replaces the one before it. It is opened anew each time, so it may be moved away. Safe for
/// any number of threads of this process.
/// </summary>
/// <param name="path">The path.</param>
/// <param name="maxBytes">The most bytes of both files together.</param>
internal sealed class BoundedFile(string path, long maxBytes)
{
    private readonly Lock _lock = new();

    /// <summary>The path.</summary>
    public string Path => path;

    /// <summary>Adds lines.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        lock (_lock)
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length + lines.Length > maxBytes / 2)
            {
                File.Move(path, $"{path}.1", overwrite: true);
            }

            var creation = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
            if (!OperatingSystem.IsWindows())
            {
                creation.UnixCreateMode = ownerOnly;
            }

            using var stream = new FileStream(path, creation);
            stream.Write(lines);
        }
    }
}
