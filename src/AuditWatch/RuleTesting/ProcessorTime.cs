using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AuditWatch.RuleTesting;

/// <summary>
/// A clock whose timestamps are the processor time that the calling thread has used, so that what waits for a core, for a file or for another thread costs nothing. Two of them compare only if
/// taken on one thread. Where the system does not tell (other than Linux and macOS), timestamps are those of the system's clock. Thread-safe.
/// </summary>
internal sealed class ProcessorTime : TimeProvider
{
    // CLOCK_THREAD_CPUTIME_ID (time.h).
    private static readonly int? ThreadClock = OperatingSystem.IsLinux() ? 3 : OperatingSystem.IsMacOS() ? 16 : null;

    /// <summary>Nanoseconds, or the ticks of the system's clock.</summary>
    public override long TimestampFrequency => ThreadClock is null ? Stopwatch.Frequency : 1_000_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        ThreadClock is { } clock && ClockGetTime(clock, out var used) == 0 ? (used.Seconds * 1_000_000_000) + used.Nanoseconds : Stopwatch.GetTimestamp();

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec used);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
