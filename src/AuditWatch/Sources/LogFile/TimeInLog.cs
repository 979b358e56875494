using AuditWatch.Events;

namespace AuditWatch.Sources.LogFile;

/// <summary>
/// Gives events of a log of the past that have no time of their own the time of the last one before them, or of the first one in their batch, or 1970 if nobody
/// knows. When they were read says nothing about them. Takes the batches of one log in order.
/// </summary>
internal sealed class TimeInLog
{
    private DateTimeOffset? _last;

    /// <summary>Takes the next batch, before anybody asks it for a time.</summary>
    public void Settle(EventBatch batch)
    {
        if (batch.UntimedCount > 0)
        {
            batch.TimeInLog = _last ?? First(batch, step: 1) ?? DateTimeOffset.UnixEpoch;
        }

        _last = First(batch, step: -1) ?? _last;
    }

    private static DateTimeOffset? First(EventBatch batch, int step)
    {
        if (batch.UntimedCount == batch.Count)
        {
            return null;
        }

        for (var i = step > 0 ? 0 : batch.Count - 1; i >= 0 && i < batch.Count; i += step)
        {
            if (batch[i].TryGetOwnTime(out var time))
            {
                return time;
            }
        }

        return null;
    }
}
