using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace AuditWatch.Events;

/// <summary>
/// Pools the arrays of batches, up to a limit in bytes for the process. Safe for any number of threads.
/// </summary>
/// <remarks>
/// Arrays up to 64 KiB come from the shared pool of .NET. That pool keeps some of every length for every thread, and a service under attack has many
/// threads; so arrays up to 2 MiB, which batches usually need, are pooled here for all threads. Longer ones, for one event in a million, are not pooled: one is
/// kept as a spare, and for the others a collection is forced after each 2 MiB, because the collector by itself may run hundreds of megabytes later.
/// </remarks>
internal static class BufferPool
{
    private const int MaxSharedBytes = 64 << 10;
    private const int MaxPooledBytes = 2 << 20;
    private const long MaxGarbage = 2 << 20;
    private const long MaxSpareBytes = 8 << 20;

    // What the threads of a scan work on at a time, or the requests of a webhook hold.
    private static readonly long MaxPoolBytes = Math.Max(8L << 20, Environment.ProcessorCount * (4L << 20));

    private static readonly ConcurrentBag<Action> Emptying = [];

    private static byte[]? _spare;
    private static long _pooled;
    private static long _garbage;

    /// <summary>Returns an array of at least that length. Its contents are undefined.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged
    {
        var bytes = (long)length * Unsafe.SizeOf<T>();
        if (bytes <= MaxSharedBytes)
        {
            return ArrayPool<T>.Shared.Rent(length);
        }

        if (bytes <= MaxPooledBytes)
        {
            return Pool<T>.Of(length).TryPop(out var pooled) ? Unpooled(pooled) : GC.AllocateUninitializedArray<T>((int)BitOperations.RoundUpToPowerOf2((uint)length));
        }

        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            if (spare is T[] fitting && fitting.Length >= length)
            {
                return fitting;
            }

            AddGarbage(spare.Length);
        }

        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <summary>Takes an array back into the pool. The caller must not use it any more.</summary>
    public static void Return<T>(T[] array)
        where T : unmanaged
    {
        var bytes = (long)array.Length * Unsafe.SizeOf<T>();
        if (bytes <= MaxSharedBytes)
        {
            ArrayPool<T>.Shared.Return(array);
        }
        else if (bytes <= MaxPooledBytes && Interlocked.Add(ref _pooled, bytes) <= MaxPoolBytes)
        {
            Pool<T>.Of(array.Length).Push(array);
        }
        else if (bytes <= MaxPooledBytes)
        {
            Interlocked.Add(ref _pooled, -bytes);
            AddGarbage(bytes);
        }
        else if (array is not byte[] text || bytes > MaxSpareBytes || Interlocked.CompareExchange(ref _spare, text, null) is not null)
        {
            AddGarbage(bytes);
        }
    }

    /// <summary>
    /// Replaces an array by one that is at least as long as <paramref name="length"/>: twice as long as it was, or if that is more than is pooled, as long
    /// as the spare, and then as long as it may become, so that what is long is copied twice.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="used">The number of elements to copy.</param>
    /// <param name="length">The length that is needed.</param>
    /// <param name="longest">The length that is exceeded only if <paramref name="length"/> does.</param>
    public static void Grow<T>(ref T[] array, int used, int length, int longest = int.MaxValue)
        where T : unmanaged
    {
        var larger = Rent<T>(Math.Max(length, GrownLength(array.Length, Unsafe.SizeOf<T>(), longest)));
        array.AsSpan(0, used).CopyTo(larger);
        Return(array);
        array = larger;
    }

    /// <summary>The length to which <see cref="Grow"/> makes an array grow.</summary>
    public static int GrownLength(int length, int size, int longest) =>
        2L * length * size <= MaxPooledBytes || longest == int.MaxValue ? (int)Math.Min(2L * length, longest)
        : (long)length * size < MaxSpareBytes ? (int)Math.Min(MaxSpareBytes / size, longest)
        : longest;

    private static void AddGarbage(long bytes)
    {
        if (Interlocked.Add(ref _garbage, bytes) >= MaxGarbage && Interlocked.Exchange(ref _garbage, 0) >= MaxGarbage)
        {
            // A pool full of arrays of lengths that nobody needs any more would turn all others into garbage.
            foreach (var empty in Emptying)
            {
                empty();
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }

    private static T[] Unpooled<T>(T[] array)
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
                    Unpooled(array);
                }
            }
        }
    }
}
