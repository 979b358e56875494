using AuditWatch.Events;

namespace AuditWatch.Composites;

/// <summary>Whose the requests of a batch are, by a hash, and when they were, worked out once for all composites that await some. Not thread-safe.</summary>
internal sealed class RequestAccounts
{
    private (bool IsKnown, int Account, long Time)[] _requests = [];
    private EventBatch? _batch;

    /// <summary>Goes on to the next batch, which may be the same object with other events.</summary>
    public void Begin(EventBatch batch)
    {
        _batch = batch;
        Array.Clear(_requests);
        Array.Resize(ref _requests, Math.Max(_requests.Length, batch.Count));
    }

    /// <summary>Those of a request of the batch.</summary>
    /// <param name="at">Which of the batch, from 0.</param>
    /// <param name="account">A hash of the cluster and of the user's name.</param>
    /// <param name="time">When, in ticks of UTC; 0 if the event says nothing of it.</param>
    public void Get(int at, out int account, out long time)
    {
        ref var request = ref _requests[at];
        if (!request.IsKnown)
        {
            var auditEvent = _batch![at];
            var hash = default(HashCode);
            hash.Add(_batch.Origin.Cluster, StringComparer.Ordinal);
            hash.AddBytes(auditEvent.JsonOf(EventField.UserName));
            request = (true, hash.ToHashCode(), auditEvent.TryGetOwnTime(out var own) ? own.UtcTicks : 0);
        }

        (_, account, time) = request;
    }
}
