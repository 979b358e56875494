namespace AuditWatch.Sharing;

/// <summary>
/// What there may be at most of something that is held in memory: all of it where the heap may take 3 GiB, less in proportion where it may take less, as in a container of 512 MiB, of which it takes two thirds.
/// Constant while the process lives.
/// </summary>
internal static class MemoryScale
{
    private const double Enough = 3.0 * (1 << 30);

    private static readonly double Scale = Math.Min(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Enough);

    /// <summary>The part of <paramref name="most"/> that there is memory for, at least 1.</summary>
    public static int Of(int most) => Math.Max(1, (int)(most * Scale));
}
