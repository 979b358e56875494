using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Queue;

namespace AuditWatch.Tests.Web.Queue;

public class HistogramBarTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 45, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NoAlerts_IsADayOfHalfHoursThatEndsAfterNow()
    {
        var bars = HistogramBar.Of([], Now);

        Assert.Equal(48, bars.Count);
        Assert.All(bars, bar => Assert.Equal((TimeSpan.FromMinutes(30), 0), (bar.Until - bar.From, bar.Total)));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero), bars[^1].Until);
        Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.Equal(pair.First.Until, pair.Second.From));
    }

    [Theory]
    [InlineData("2026-11-21T10:45:00Z", 47)]
    [InlineData("2026-11-21T10:30:00Z", 47)]
    [InlineData("2026-11-21T10:29:59.9999999Z", 46)]
    [InlineData("2026-11-20T11:00:00Z", 0)]
    [InlineData("2026-11-20T10:59:59.9999999Z", -1)]
    [InlineData("2026-11-21T11:00:00Z", -1)]
    public void Of_AnAlert_IsInTheBarOfItsTime(string openedAt, int place)
    {
        var bars = HistogramBar.Of([SampleAlert.Exec() with { OpenedAt = DateTimeOffset.Parse(openedAt, null), Level = Level.High }], Now);

        Assert.Equal(place < 0 ? [] : [place], Enumerable.Range(0, 48).Where(one => bars[one].Counts.Single(count => count.Level == Level.High).Count == 1));
    }
}
