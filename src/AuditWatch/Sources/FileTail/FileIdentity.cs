using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// Identifies a file, whatever its name is: by device and inode on Linux, which no other file can get while it is open; elsewhere, for want of a portable call,
/// by its time of creation. Immutable.
/// </summary>
/// <param name="Device">The device the file is on.</param>
/// <param name="Number">The file's number on the device.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number)
{
    // From linux/stat.h, which is the same on every architecture: struct statx, AT_EMPTY_PATH, STATX_INO.
    private const int StatxSize = 256;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int EmptyPath = 0x1000;
    private const uint WantInode = 0x100;

    /// <summary>The identity of the file that has a name; null if none has.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileIdentity? OfPath(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return Of(file);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The identity of an open file.</summary>
    /// <exception cref="IOException">The operating system does not tell.</exception>
    public static FileIdentity Of(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileIdentity(0, (ulong)File.GetCreationTimeUtc(file).Ticks);
        }

        var status = new byte[StatxSize];
        if (Statx(file, "", EmptyPath, WantInode, status) != 0)
        {
            throw new IOException($"statx failed with error {Marshal.GetLastPInvokeError()}");
        }

        return new FileIdentity(MemoryMarshal.Read<ulong>(status.AsSpan(DeviceOffset)), MemoryMarshal.Read<ulong>(status.AsSpan(InodeOffset)));
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
