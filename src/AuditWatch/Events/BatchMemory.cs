using System.Buffers;
using System.Runtime.CompilerServices;

namespace AuditWatch.Events;

/// <summary>
/// The arrays of batches. Those that batches usually need are pooled. Longer ones are not: a pool would keep the most of every length that were
/// ever in use together, and one event in a million needs them. Nor are they left until the collector has other reasons to run, which may be
/// hundreds of megabytes later. Safe for any number of threads.
/// </summary>
internal static class BatchMemory
{
    private const int LongestPooled = 2 << 20;
    private const long MostWaste = 32 << 20;

    private static long _waste;

    /// <summary>An array of at least that length.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged => (long)length * Unsafe.SizeOf<T>() <= LongestPooled ? ArrayPool<T>.Shared.Rent(length) : GC.AllocateUninitializedArray<T>(length);

    /// <summary>Gives an array back that nobody uses any more.</summary>
    public static void Return<T>(T[] array)
        where T : unmanaged
    {
        var bytes = (long)array.Length * Unsafe.SizeOf<T>();
        if (bytes <= LongestPooled)
        {
            ArrayPool<T>.Shared.Return(array);
        }
        else if (Interlocked.Add(ref _waste, bytes) >= MostWaste && Interlocked.Exchange(ref _waste, 0) >= MostWaste)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }

    /// <summary>Replaces an array by one that is at least as long as <paramref name="length"/>, and twice as long as it was unless that is too long.</summary>
    /// <param name="array">The array.</param>
    /// <param name="used">How much of it to keep.</param>
    /// <param name="length">The length that is needed.</param>
    /// <param name="longest">The length that is not to be exceeded without need.</param>
    public static void Grow<T>(ref T[] array, int used, int length, int longest = int.MaxValue)
        where T : unmanaged
    {
        var larger = Rent<T>((int)Math.Max(length, Math.Min(2L * array.Length, longest)));
        array.AsSpan(0, used).CopyTo(larger);
        Return(array);
        array = larger;
    }
}
