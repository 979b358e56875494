using AuditWatch.Monitoring;
using AuditWatch.Processing;

namespace AuditWatch.Tests.Processing;

public class SteadyTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppedClock _clock = new() { Now = Start };

    [Fact]
    public void GetUtcNow_ClockSetBack_GoesOnAtItsPace()
    {
        var time = new SteadyTimeProvider(_clock);
        _clock.Pass(TimeSpan.FromMinutes(1));

        _clock.Now -= TimeSpan.FromHours(1);
        Assert.Equal(Start.AddMinutes(1), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), time.Behind);

        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(2), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), time.Behind);

        _clock.Now += TimeSpan.FromHours(2);
        Assert.Equal(Start.AddMinutes(62), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.Behind);
    }

    [Fact]
    public void GetUtcNow_SmallSteps_NeverGoesBackAndFollowsTheClock()
    {
        var time = new SteadyTimeProvider(_clock);
        _clock.Now -= TimeSpan.FromMilliseconds(400);

        Assert.Equal(Start, time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.Behind);
        _clock.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Equal(_clock.Now, time.GetUtcNow());
    }

    [Fact]
    public void Check_ClockSetBackAndRightAgain_IsToldOnceEach()
    {
        var time = new SteadyTimeProvider(_clock);
        var watch = new ClockWatch(() => time.Behind, time);
        Assert.True(watch.Check().IsEmpty);

        _clock.Now -= TimeSpan.FromHours(2);
        AssertIsToldUntilTwoHoursLater(watch, "7,200 seconds");
    }

    [Fact]
    public void Check_StateIsFromLaterThanTheClock_IsToldOnceUntilTheClockHasCaughtUp()
    {
        var watch = new ClockWatch(() => TimeSpan.Zero, _clock, keptAt: Start.AddHours(2));

        AssertIsToldUntilTwoHoursLater(watch, "7,200 seconds behind the state");
    }

    [Fact]
    public void Check_StateOfAMachineAheadByALittle_IsNotTold() => Assert.True(new ClockWatch(() => TimeSpan.Zero, _clock, keptAt: Start.AddSeconds(59)).Check().IsEmpty);

    private void AssertIsToldUntilTwoHoursLater(ClockWatch watch, string words)
    {
        var finding = Assert.Single(watch.Check().Found);
        Assert.Contains(words, finding.Summary, StringComparison.Ordinal);
        Assert.Equal(Start, finding.Time);
        Assert.True(watch.Check().IsEmpty);

        _clock.Now += TimeSpan.FromHours(2);
        Assert.Equal([finding], watch.Check().Over);
        Assert.True(watch.Check().IsEmpty);
    }

    // A clock that somebody sets, beside a monotonic one that nobody can.
    private sealed class SteppedClock : TimeProvider
    {
        private long _ticks;

        public DateTimeOffset Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            Now += time;
            _ticks += time.Ticks;
        }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => _ticks;
    }
}
