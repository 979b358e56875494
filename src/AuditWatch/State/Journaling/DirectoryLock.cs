namespace AuditWatch.State.Journaling;

/// <summary>Keeps other processes out of a directory. The system ends it with the process, however that ends.</summary>
internal static class DirectoryLock
{
    private const string FileName = "lock";

    // EAGAIN of Linux, EWOULDBLOCK of BSD and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Takes the lock, which lasts until the file is closed. On Unix it is an exclusive flock.</summary>
    /// <exception cref="StateException">Another process has it.</exception>
    public static IDisposable Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
        }
        catch (IOException problem) when (Taken.Contains(problem.HResult))
        {
            throw new StateException($"Another process uses the state in {directory}. Stop it first, or give each its own directory.", problem);
        }
    }
}
