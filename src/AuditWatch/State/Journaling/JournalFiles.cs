using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.State.Journaling;

/// <summary>All that a journal does to files, but for reading them. Virtual for tests, in which it fails and crashes.</summary>
internal class JournalFiles
{
    /// <summary>Creates an empty file for its owner only, in place of any other of the name.</summary>
    public virtual SafeFileHandle Create(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
        return Open(path);
    }

    /// <summary>Opens a file to read and write it.</summary>
    public virtual SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Writes buffers one after the other.</summary>
    public virtual void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => RandomAccess.Write(file, buffers, offset);

    /// <summary>Makes what was written durable.</summary>
    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>Cuts a file off.</summary>
    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Renames a file, in place of any other of the name.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Deletes a file.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes the names in a directory durable, where the system can be asked to.</summary>
    public virtual void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var directory = new SafeFileHandle(OpenForReading(path, flags: 0), ownsHandle: true);
        if (directory.IsInvalid)
        {
            throw new IOException($"{path} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        }

        RandomAccess.FlushToDisk(directory);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenForReading([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
