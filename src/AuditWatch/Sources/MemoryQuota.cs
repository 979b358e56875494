using AuditWatch.Events;
using AuditWatch.Telemetry;

namespace AuditWatch.Sources;

/// <summary>
/// Bounds the memory that the batches of one source hold together. A batch is charged for from when it is made until it is disposed of; whoever wants to
/// make another waits for room, or does without. Holders share it: one may hold seven times as much as is left, so that there is always some for others. Safe for any number of threads.
/// </summary>
/// <param name="limit">The most bytes.</param>
/// <param name="metrics">Counts what is held. Default: nobody does.</param>
internal sealed class MemoryQuota(long limit, SourceInstruments? metrics = null)
{
    // One alone has seven eighths: room for the longest event while its buffer grows.
    private const int OfWhatIsLeft = 7;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _ofHolder = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiters = [];
    private long _used;

    /// <summary>Whether so many more bytes are within the limit, and the holder's share.</summary>
    public bool HasRoom(long bytes, string holder)
    {
        lock (_lock)
        {
            return HasRoomNow(bytes, holder);
        }
    }

    /// <summary>Charges for so many bytes once there is room for them, in the order of those who wait, until the lease is disposed of.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask<IDisposable> ReserveAsync(long bytes, string holder, CancellationToken cancellation)
    {
        var waiter = new Waiter(bytes, holder);
        lock (_lock)
        {
            if (HasRoomNow(bytes, holder))
            {
                return LeaseOf(waiter);
            }

            _waiters.AddLast(waiter);
        }

        await using var _ = cancellation.Register(() => Cancel(waiter, cancellation)).ConfigureAwait(false);
        return await waiter.Task.ConfigureAwait(false);
    }

    /// <summary>Charges for the memory that a batch holds now, until it is disposed of. Not refused beyond the limit: ask <see cref="HasRoom"/> before.</summary>
    public void Charge(EventBatch batch, string holder)
    {
        if (batch.Lease is not Lease lease)
        {
            batch.Lease = lease = new Lease(this, holder);
        }

        lease.Resize(batch.MemoryBytes);
    }

    /// <summary>Charges for memory that is no batch's, until the lease is disposed of.</summary>
    public void Charge(ref IDisposable? lease, long bytes, string holder)
    {
        lease ??= new Lease(this, holder);
        ((Lease)lease).Resize(bytes);
    }

    private bool HasRoomNow(long bytes, string holder)
    {
        var left = limit - _used - bytes;
        return left >= 0 && _ofHolder.GetValueOrDefault(holder) + bytes <= OfWhatIsLeft * left;
    }

    private void Add(long bytes, string holder)
    {
        metrics?.HeldBytes.Add(bytes);
        lock (_lock)
        {
            _used += bytes;
            if (_ofHolder.GetValueOrDefault(holder) + bytes is var held and > 0)
            {
                _ofHolder[holder] = held;
            }
            else
            {
                _ofHolder.Remove(holder);
            }

            if (bytes < 0)
            {
                ServeWaiters();
            }
        }
    }

    private void ServeWaiters()
    {
        for (var next = _waiters.First; next is not null;)
        {
            var (waiter, isServed) = (next.Value, HasRoomNow(next.Value.Bytes, next.Value.Holder));
            next = next.Next;
            if (isServed)
            {
                _waiters.Remove(waiter);
                waiter.SetResult(LeaseOf(waiter));
            }
        }
    }

    private void Cancel(Waiter waiter, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_waiters.Remove(waiter))
            {
                waiter.SetCanceled(cancellation);
            }
        }
    }

    private Lease LeaseOf(Waiter waiter)
    {
        var lease = new Lease(this, waiter.Holder);
        lease.Resize(waiter.Bytes);
        return lease;
    }

    private sealed class Waiter(long bytes, string holder) : TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Bytes => bytes;

        public string Holder => holder;
    }

    private sealed class Lease(MemoryQuota quota, string holder) : IDisposable
    {
        private long _bytes;

        public void Resize(long bytes) => quota.Add(bytes - Interlocked.Exchange(ref _bytes, bytes), holder);

        public void Dispose() => Resize(0);
    }
}

/// <summary>What one holder may hold of a quota. Safe for any number of threads.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Holder">Who.</param>
internal sealed record MemoryShare(MemoryQuota Quota, string Holder)
{
    /// <inheritdoc cref="MemoryQuota.HasRoom"/>
    public bool HasRoom(long bytes) => Quota.HasRoom(bytes, Holder);

    /// <inheritdoc cref="MemoryQuota.ReserveAsync"/>
    public ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellation) => Quota.ReserveAsync(bytes, Holder, cancellation);

    /// <inheritdoc cref="MemoryQuota.Charge(EventBatch, string)"/>
    public void Charge(EventBatch batch) => Quota.Charge(batch, Holder);

    /// <inheritdoc cref="MemoryQuota.Charge(ref IDisposable?, long, string)"/>
    public void Charge(ref IDisposable? lease, long bytes) => Quota.Charge(ref lease, bytes, Holder);
}

/// <summary>A batch would have to grow beyond the <see cref="MemoryQuota"/> of its source.</summary>
internal sealed class MemoryQuotaException() : Exception("no room for more of the event");
