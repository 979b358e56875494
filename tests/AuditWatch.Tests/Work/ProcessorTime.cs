using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AuditWatch.Tests.Work;

/// <summary>How much of the processor something takes, which a busy machine does not change much, without the collections of all that other tests hold.</summary>
internal static partial class ProcessorTime
{
    private const int ThreadClock = 3;

    /// <summary>The least time, in seconds, that it takes of the processor in two goes after one that does not count.</summary>
    public static double Of(Action act)
    {
        act();
        return Enumerable.Range(0, 2).Min(_ => Once(act));
    }

    /// <summary>How much time, in seconds, it takes of the processor in one go, the first included.</summary>
    public static double Once(Action act)
    {
        var collection = Took(GC.Collect);
        var collections = GC.CollectionCount(GC.MaxGeneration);
        var took = Took(act);
        return took - ((GC.CollectionCount(GC.MaxGeneration) - collections) * collection);
    }

    private static double Took(Action act)
    {
        var began = Now();
        act();
        return Now() - began;
    }

    private static double Now() => OperatingSystem.IsLinux() && ReadClock(ThreadClock, out var time) == 0
        ? time.Seconds + (time.Nanoseconds / 1e9)
        : Stopwatch.GetElapsedTime(0).TotalSeconds;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Time time);

    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
