using AuditWatch.Alerts;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Tests.Web.Incidents;

public class LaneTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NoAlerts_IsNone() => Assert.Empty(Lane.Of([]));

    [Fact]
    public void Of_AlertsOfTwoActors_ArePlacedAlongTheTime()
    {
        var lanes = Lane.Of([Make("jane", 0, 10), Make("max", 50, 100), Make("jane", 90, 90)]);

        Assert.Equal(["jane", "max"], lanes.Select(lane => lane.Actor));
        Assert.Equal([(0, 0.1, 0), (0.9, 0.9, 0)], lanes[0].Marks.Select(mark => (mark.From, mark.Until, mark.Row)));
        Assert.Equal([(0.5, 1.0, 0)], lanes[1].Marks.Select(mark => (mark.From, mark.Until, mark.Row)));
    }

    [Fact]
    public void Of_AlertsAtTheSameTime_LieInRowsOfTheirOwn()
    {
        var lane = Assert.Single(Lane.Of([Make("jane", 0, 50), Make("jane", 10, 60), Make("jane", 55, 100)]));

        Assert.Equal([0, 1, 0], lane.Marks.Select(mark => mark.Row));
        Assert.Equal(2, lane.Rows);
    }

    [Fact]
    public void Of_AFlood_IsBounded()
    {
        var lanes = Lane.Of([.. Enumerable.Range(0, 1_000).Select(number => Make($"actor-{number % 50}", 5, 5))]);

        Assert.Equal(Lane.Most, lanes.Count);
        Assert.Equal("39 more", lanes[^1].Actor);
        Assert.Equal(1_000, lanes.Sum(lane => lane.Marks.Count));
        Assert.All(lanes, lane => Assert.InRange(lane.Rows, 1, 6));
    }

    private static Alert Make(string actor, int from, int until) => SampleAlert.Exec() with { Actor = actor, FirstSeen = Start.AddMinutes(from), LastSeen = Start.AddMinutes(until) };
}
