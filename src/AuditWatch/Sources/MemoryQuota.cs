using AuditWatch.Events;
using AuditWatch.Telemetry;

namespace AuditWatch.Sources;

/// <summary>
/// Bounds the memory that the batches of one source hold together. A batch is charged for from when it is made until it is disposed of; whoever wants to
/// make another waits for room, or does without. Safe for any number of threads.
/// </summary>
/// <param name="limit">The most bytes.</param>
/// <param name="metrics">Counts what is held. Default: nobody does.</param>
internal sealed class MemoryQuota(long limit, SourceInstruments? metrics = null)
{
    private readonly Lock _lock = new();
    private long _used;
    private TaskCompletionSource? _freed;

    /// <summary>Whether so many more bytes are within the limit.</summary>
    public bool HasRoom(long bytes)
    {
        lock (_lock)
        {
            return _used + bytes <= limit;
        }
    }

    /// <summary>Waits until there is room for so many more bytes.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitForRoomAsync(long bytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task freed;
            lock (_lock)
            {
                if (_used + bytes <= limit)
                {
                    return;
                }

                _freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                freed = _freed.Task;
            }

            await freed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Charges for the memory that a batch holds now, until it is disposed of. Not refused beyond the limit: ask <see cref="HasRoom"/> before.</summary>
    public void Charge(EventBatch batch)
    {
        if (batch.Lease is not Lease lease)
        {
            batch.Lease = lease = new Lease(this);
        }

        lease.Resize(batch.MemoryBytes);
    }

    /// <summary>Charges for memory that is no batch's, until the lease is disposed of.</summary>
    public void Charge(ref IDisposable? lease, long bytes)
    {
        lease ??= new Lease(this);
        ((Lease)lease).Resize(bytes);
    }

    private void Add(long bytes)
    {
        metrics?.HeldBytes.Add(bytes);
        lock (_lock)
        {
            _used += bytes;
            if (bytes < 0)
            {
                _freed?.SetResult();
                _freed = null;
            }
        }
    }

    private sealed class Lease(MemoryQuota quota) : IDisposable
    {
        private long _bytes;

        public void Resize(long bytes) => quota.Add(bytes - Interlocked.Exchange(ref _bytes, bytes));

        public void Dispose() => Resize(0);
    }
}

/// <summary>A batch would have to grow beyond the <see cref="MemoryQuota"/> of its source.</summary>
internal sealed class MemoryQuotaException() : Exception("no room for more of the event");
