using System.Runtime.InteropServices;

namespace AuditWatch.Host.Run;

/// <summary>
/// The memory that OpenSSL, SQLite and the just-in-time compiler take from the C library. glibc keeps most of what they have given back: under an attack by thousands of connections an hour 124 MB, of which 50 are
/// in use, and the kernel ends a container of 512 for it.
/// </summary>
internal static class NativeHeap
{
    /// <summary>How often it is worth to give back what is free.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static bool s_isGlibc = OperatingSystem.IsLinux();

    /// <summary>Gives what is free back to the system. Takes milliseconds; does nothing where the C library is another than glibc. Thread-safe.</summary>
    public static void GiveBack()
    {
        try
        {
            _ = s_isGlibc && Trim(0) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            s_isGlibc = false;
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint kept);
}
