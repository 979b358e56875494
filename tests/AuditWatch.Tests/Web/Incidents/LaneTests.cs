using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Incidents;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Web.Incidents;

public class LaneTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NoAlerts_IsNone() => Assert.Empty(Zoom.Of([]).Lanes);

    [Fact]
    public void Of_AlertsOfTwoActors_ArePlacedAlongTheTime()
    {
        var lanes = Zoom.Of([Make("jane", 0, 10), Make("max", 50, 100), Make("jane", 90, 90)]).Lanes;

        Assert.Equal(["jane", "max"], lanes.Select(lane => lane.Name));
        Assert.Equal([(0, 0.1, 0), (0.9, 0.9, 0)], lanes[0].Marks.Select(mark => (mark.From, mark.Until, mark.Row)));
        Assert.Equal([(0.5, 1.0, 0)], lanes[1].Marks.Select(mark => (mark.From, mark.Until, mark.Row)));
    }

    [Fact]
    public void Of_AlertsAtTheSameTime_LieInRowsOfTheirOwn()
    {
        var lane = Assert.Single(Zoom.Of([Make("jane", 0, 50), Make("jane", 10, 60), Make("jane", 55, 100)]).Lanes);

        Assert.Equal([0, 1, 0], lane.Marks.Select(mark => mark.Row));
        Assert.Equal(2, lane.Rows);
    }

    [Fact]
    public void Of_MoreAtTheSameTimeThanThereAreRows_CountsThemInOneMark()
    {
        var lane = Assert.Single(Zoom.Of([.. Enumerable.Range(0, 20).Select(number => Make("jane", 5, 5) with { Level = number == 13 ? Level.Critical : Level.Low }), Make("jane", 100, 100)]).Lanes);

        Assert.Equal([1, 1, 1, 1, 1, 15, 1], lane.Marks.Select(mark => mark.Alerts.Count));
        Assert.Equal(Level.Critical, lane.Marks[5].Level);
        Assert.Equal(new Stretch(Start.AddMinutes(5), Start.AddMinutes(5).AddSeconds(1)), lane.Marks[5].Time);
    }

    [Fact]
    public void Of_AFlood_IsBounded()
    {
        var lanes = Zoom.Of([.. Enumerable.Range(0, 1_000).Select(number => Make($"actor-{number % 50}", 5, 5))]).Lanes;

        Assert.Equal(Lane.Most, lanes.Count);
        Assert.Equal("39 more", lanes[^1].Name);
        Assert.Equal(1_000, lanes.Sum(lane => lane.Marks.Sum(mark => mark.Alerts.Count)));
        Assert.All(lanes, lane => Assert.InRange(lane.Rows, 1, Lane.MostRows));
    }

    [Fact]
    public void Of_AnyAlerts_NoMarkCoversAnotherAndNoneIsMissing() => Prop.ForAll(
        Gen.Choose(0, 500).Select(one => (From: one / 7, For: one % 7)).ListOf().Select(all => all.OrderBy(one => one.From).ToList()).ToArbitrary(),
        times =>
        {
            var alerts = times.Select(one => Make("jane", one.From, one.From + one.For)).ToList();
            var marks = Zoom.Of(alerts).Lanes.SelectMany(lane => lane.Marks).ToList();
            Assert.Equal(alerts.Count, marks.Sum(mark => mark.Alerts.Count));
            foreach (var row in marks.GroupBy(mark => mark.Row))
            {
                Assert.All(row.Zip(row.Skip(1)), pair => Assert.True(pair.First.Until + Lane.Apart < pair.Second.From));
            }
        }).QuickCheckThrowOnFailure();

    private static Alert Make(string actor, int from, int until) => SampleAlert.Exec() with { Actor = actor, FirstSeen = Start.AddMinutes(from), LastSeen = Start.AddMinutes(until) };
}
