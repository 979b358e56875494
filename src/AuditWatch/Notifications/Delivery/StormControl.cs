namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// Keeps a storm of alerts from burying people. So many messages a minute go out one by one; what becomes due beyond them is collected for a few
/// seconds and goes out as one digest, of which there is at most one a minute. Not thread-safe.
/// </summary>
/// <param name="perMinute">How many messages a minute may go out one by one.</param>
/// <param name="time">The clock.</param>
internal sealed class StormControl(int perMinute, TimeProvider time)
{
    /// <summary>How long a digest waits for more to come.</summary>
    public static readonly TimeSpan Collecting = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _sent = new();
    private DateTimeOffset? _since;
    private DateTimeOffset? _lastDigest;

    /// <summary>What may go out now.</summary>
    /// <param name="wait">If nothing may, how long to wait before asking again.</param>
    public StormDecision Decide(out TimeSpan wait)
    {
        var now = time.GetUtcNow();
        wait = TimeSpan.Zero;
        while (_sent.TryPeek(out var oldest) && now - oldest >= Minute)
        {
            _sent.Dequeue();
        }

        if (_sent.Count < perMinute)
        {
            _since = null;
            return StormDecision.Single;
        }

        _since ??= now;
        var digestAt = _since.Value + Collecting;
        if (_lastDigest is { } last && last + Minute > digestAt)
        {
            digestAt = last + Minute;
        }

        if (now >= digestAt)
        {
            return StormDecision.Digest;
        }

        var singleAt = _sent.Peek() + Minute;
        wait = (digestAt < singleAt ? digestAt : singleAt) - now;
        return StormDecision.Wait;
    }

    /// <summary>A message goes out.</summary>
    public void Count(StormDecision decision)
    {
        if (decision == StormDecision.Digest)
        {
            _lastDigest = time.GetUtcNow();
            _since = null;
        }
        else
        {
            _sent.Enqueue(time.GetUtcNow());
        }
    }
}

/// <summary>What may go out.</summary>
internal enum StormDecision
{
    /// <summary>The next notification.</summary>
    Single,

    /// <summary>Everything that waits, as one.</summary>
    Digest,

    /// <summary>Nothing for now.</summary>
    Wait,
}
