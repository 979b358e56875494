namespace AuditWatch.Processing;

/// <summary>
/// A clock that never goes back, made of one that may be set back. After a step back, time goes on from where it was, at the pace of the clock's timestamps, until the clock has caught up; a step forward is followed at once.
/// A step back of less than a second is waited for. Whatever a service waits for or compares is of one such clock: otherwise it would wait for as long again, and take events for late that are not. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class SteadyTimeProvider(TimeProvider clock) : TimeProvider
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private long _lastStamp = clock.GetTimestamp();
    private TimeSpan _behind;

    /// <summary>How far the clock has been set back and has not caught up since; zero if it has not.</summary>
    public TimeSpan Behind
    {
        get
        {
            lock (_lock)
            {
                GetUtcNow();
                return _behind;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var (said, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
            var steady = _last + clock.GetElapsedTime(_lastStamp, stamp);
            _behind = steady - said >= Tolerance ? steady - said : TimeSpan.Zero;
            (_last, _lastStamp) = (_behind > TimeSpan.Zero ? steady : said > _last ? said : _last, stamp);
            return _last;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
