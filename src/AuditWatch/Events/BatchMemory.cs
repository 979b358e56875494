using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace AuditWatch.Events;

/// <summary>
/// The arrays of batches. Those that batches usually need are pooled, up to a limit: the shared pool of the runtime would keep some of every length for
/// every thread, and a service under attack has many threads. Longer ones are not pooled: one event in a million needs them. One spare is kept; the
/// others are not left until the collector has other reasons to run, which may be hundreds of megabytes later. Safe for any number of threads.
/// </summary>
internal static class BatchMemory
{
    private const int LongestShared = 64 << 10;
    private const int LongestPooled = 2 << 20;
    private const long MostWaste = 16 << 20;
    private const long LongestSpare = 20 << 20;

    // What the cores of a scan work on, or the requests that a webhook holds.
    private static readonly long MostPooled = Math.Max(16L << 20, Environment.ProcessorCount * (4L << 20));

    private static readonly ConcurrentBag<Action> Emptying = [];

    private static byte[]? _spare;
    private static long _pooled;
    private static long _waste;

    /// <summary>An array of at least that length.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged
    {
        var bytes = (long)length * Unsafe.SizeOf<T>();
        if (bytes <= LongestShared)
        {
            return ArrayPool<T>.Shared.Rent(length);
        }

        if (bytes <= LongestPooled)
        {
            return Pool<T>.Of(length).TryPop(out var pooled) ? Taken(pooled) : GC.AllocateUninitializedArray<T>((int)BitOperations.RoundUpToPowerOf2((uint)length));
        }

        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            if (spare is T[] fitting && fitting.Length >= length)
            {
                return fitting;
            }

            Waste(spare.Length);
        }

        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>Gives an array back that nobody uses any more.</summary>
    public static void Return<T>(T[] array)
        where T : unmanaged
    {
        var bytes = (long)array.Length * Unsafe.SizeOf<T>();
        if (bytes <= LongestShared)
        {
            ArrayPool<T>.Shared.Return(array);
        }
        else if (bytes <= LongestPooled && Interlocked.Add(ref _pooled, bytes) <= MostPooled)
        {
            Pool<T>.Of(array.Length).Push(array);
        }
        else if (bytes <= LongestPooled)
        {
            Interlocked.Add(ref _pooled, -bytes);
            Waste(bytes);
        }
        else if (array is not byte[] text || bytes > LongestSpare || Interlocked.CompareExchange(ref _spare, text, null) is not null)
        {
            Waste(bytes);
        }
    }

    /// <summary>
    /// Replaces an array by one that is at least as long as <paramref name="length"/>: twice as long as it was, or as long as it may become if that
    /// is more than is pooled, so that what is long is copied once.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="used">How much of it to keep.</param>
    /// <param name="length">The length that is needed.</param>
    /// <param name="longest">The length that is not to be exceeded without need.</param>
    public static void Grow<T>(ref T[] array, int used, int length, int longest = int.MaxValue)
        where T : unmanaged
    {
        var larger = Rent<T>(Math.Max(length, Grown(array.Length, Unsafe.SizeOf<T>(), longest)));
        array.AsSpan(0, used).CopyTo(larger);
        Return(array);
        array = larger;
    }

    /// <summary>The length to which <see cref="Grow"/> makes an array grow.</summary>
    public static int Grown(int length, int size, int longest) =>
        2L * length * size <= LongestPooled || longest == int.MaxValue ? (int)Math.Min(2L * length, longest) : longest;

    private static void Waste(long bytes)
    {
        if (Interlocked.Add(ref _waste, bytes) >= MostWaste && Interlocked.Exchange(ref _waste, 0) >= MostWaste)
        {
            // A pool that is full of what nobody takes any more would have everything else wasted from now on.
            foreach (var empty in Emptying)
            {
                empty();
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }

    private static T[] Taken<T>(T[] array)
        where T : unmanaged
    {
        Interlocked.Add(ref _pooled, -(long)array.Length * Unsafe.SizeOf<T>());
        return array;
    }

    /// <summary>The pooled arrays, by the power of two that is their length.</summary>
    private static class Pool<T>
        where T : unmanaged
    {
        private static readonly ConcurrentStack<T[]>[] Lengths = [.. Enumerable.Range(0, 32).Select(_ => new ConcurrentStack<T[]>())];

        static Pool() => Emptying.Add(Empty);

        public static ConcurrentStack<T[]> Of(int length) => Lengths[BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length))];

        private static void Empty()
        {
            foreach (var length in Lengths)
            {
                while (length.TryPop(out var array))
                {
                    Taken(array);
                }
            }
        }
    }
}
