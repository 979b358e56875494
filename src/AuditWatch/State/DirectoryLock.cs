using System.Text.RegularExpressions;

namespace AuditWatch.State;

/// <summary>The directory of a service, which belongs to its owner, and to one process at a time: a lock that the system ends with the process, however that ends.</summary>
internal static partial class DirectoryLock
{
    private const string FileName = "lock";

    // EAGAIN of Linux, EWOULDBLOCK of BSD and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Creates the directory for its owner only if there is none, and acquires the lock, which lasts until it is disposed of. On Unix it is an exclusive flock.</summary>
    /// <exception cref="StateException">Another process has it; it cannot be written; it holds a journal.</exception>
    public static IDisposable Acquire(string directory)
    {
        try
        {
            Create(directory);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var taken = new FileStream(Path.Combine(directory, FileName), options);
            if (System.IO.Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)!).FirstOrDefault(name => Journal().IsMatch(name)) is { } journal)
            {
                taken.Dispose();
                throw new StateException(
                    $"The directory {directory} holds the journal of an early AuditWatch ({journal}), which this one cannot read. Name another directory, or move its files away: "
                    + "then open alerts, notifications that wait and the places up to which logs were read are forgotten.");
            }

            return taken;
        }
        catch (IOException problem) when (Taken.Contains(problem.HResult))
        {
            throw new StateException($"Another process uses the state in {directory}. Stop it first, or give each its own directory.", problem);
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException and not StateException)
        {
            throw new StateException(
                $"The state in {directory} cannot be opened: {problem.Message.TrimEnd('.')}. It must be a directory that this user may read and write, on a volume with space.", problem);
        }
    }

    private static void Create(string directory)
    {
        if (System.IO.Directory.Exists(directory))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(directory);
        }
        else
        {
            System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [GeneratedRegex(@"^\d{10}\.(log|snapshot)$")]
    private static partial Regex Journal();
}
