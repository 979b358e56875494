using AuditWatch.Processing;

namespace AuditWatch.Tests.Processing;

public sealed class PeriodicTaskTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly RecordingLogger<PeriodicTaskTests> _log = new();
    private readonly SemaphoreSlim _done = new(0);

    public void Dispose() => _done.Dispose();

    [Fact]
    public async Task Work_ThatFails_IsDoneAgainAndLoggedOnceUntilItWorks()
    {
        var times = 0;
        var task = new PeriodicTask("test", Interval, () =>
        {
            var time = ++times;
            _done.Release();
            if (time is 1 or 2 or 4)
            {
                throw new DirectoryNotFoundException("gone");
            }
        }, _time, _log);

        for (var i = 0; i < 5; i++)
        {
            await TickAsync();
        }

        Assert.Equal(5, times);
        await task.DisposeAsync();
        Assert.Equal(2, _log.CountOf("has failed"));
        Assert.Equal(2, _log.CountOf("works again"));
    }

    [Fact]
    public async Task Work_LongerThanTheInterval_IsNeverDoneTwiceAtOnce()
    {
        var (now, most, gate) = (0, 0, new TaskCompletionSource());
        await using var task = new PeriodicTask("test", Interval, async () =>
        {
            most = Math.Max(most, ++now);
            _done.Release();
            await gate.Task;
            now--;
        }, _time, _log);

        await TickAsync();
        _time.Advance(10 * Interval);
        Assert.Equal(0, _done.CurrentCount);
        gate.SetResult();
        Assert.True(await _done.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task DisposeAsync_WorkThatNeverEnds_DoesNotWaitForIt()
    {
        var task = new PeriodicTask("test", Interval, () =>
        {
            _done.Release();
            return new TaskCompletionSource().Task;
        }, _time, _log);
        await TickAsync();

        await task.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        _time.Advance(Interval);
        Assert.Equal(0, _done.CurrentCount);
    }

    private async Task TickAsync()
    {
        _time.Advance(Interval);
        Assert.True(await _done.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
