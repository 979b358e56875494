namespace AuditWatch.Sharing;

/// <summary>
/// Scales the limits of what is held in memory (so many entries) to the memory that there is: a limit is given for a process whose heap may take 3 GiB or more, and is less in proportion where it may take less. In a container
/// of 512 MiB the heap takes two thirds of that. The scale is read once and constant while the process lives. Thread-safe.
/// </summary>
internal static class MemoryScale
{
    private const double Enough = 3.0 * (1 << 30);

    private static readonly double Scale = Math.Min(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Enough);

    /// <summary>The limit for this process: <paramref name="most"/>, or less in proportion to its memory; at least 1.</summary>
    public static int Of(int most) => Math.Max(1, (int)(most * Scale));
}
