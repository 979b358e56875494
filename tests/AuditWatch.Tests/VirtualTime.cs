using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace AuditWatch.Tests;

/// <summary>.NET's fake time, beginning at the day that the tests' texts speak of; says besides when somebody begins to wait.</summary>
internal sealed class VirtualTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(base.CreateTimer(callback, state, dueTime, period), _waits.Writer, dueTime);

    /// <summary>How long somebody begins to wait, other than <paramref name="except"/>; comes when they do.</summary>
    public async Task<TimeSpan> NextWaitAsync(params TimeSpan[] except)
    {
        while (true)
        {
            var wait = await _waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (!except.Contains(wait))
            {
                return wait;
            }
        }
    }

    private sealed class Timer : ITimer
    {
        private readonly ITimer _timer;
        private readonly ChannelWriter<TimeSpan> _waits;

        public Timer(ITimer timer, ChannelWriter<TimeSpan> waits, TimeSpan dueTime)
        {
            (_timer, _waits) = (timer, waits);
            Note(dueTime);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = _timer.Change(dueTime, period);
            Note(dueTime);
            return changed;
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void Note(TimeSpan dueTime)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _waits.TryWrite(dueTime);
            }
        }
    }
}
