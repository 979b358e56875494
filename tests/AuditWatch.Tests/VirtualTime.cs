using System.Threading.Channels;

namespace AuditWatch.Tests;

/// <summary>Time that passes only when a test says so; timers fire while it passes.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private DateTimeOffset _now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>How long somebody begins to wait, other than <paramref name="except"/>; comes when they do.</summary>
    public async Task<TimeSpan> NextWaitAsync(TimeSpan except)
    {
        while (true)
        {
            var wait = await _waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (wait != except)
            {
                return wait;
            }
        }
    }

    /// <summary>Lets time pass; what is due by then runs before this returns.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (true)
        {
            Timer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next?.Due ?? end;
                next?.Restart();
            }

            if (next is null)
            {
                return;
            }

            next.Fire();
        }
    }

    /// <summary>Lets time pass at once, as for a process that was suspended: who was due meanwhile is late.</summary>
    public void Jump(TimeSpan by)
    {
        List<Timer> late;
        lock (_lock)
        {
            _now += by;
            late = [.. _timers.Where(timer => timer.Due <= _now)];
            late.ForEach(timer => timer.Restart());
        }

        late.ForEach(timer => timer.Fire());
    }

    private sealed class Timer(VirtualTime time, Action fire) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public void Fire() => fire();

        public void Restart() => Due = _period > TimeSpan.Zero ? Due + _period : DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time._now + dueTime;
                time._timers.Remove(this);
                time._timers.Add(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    time._waits.Writer.TryWrite(dueTime);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
