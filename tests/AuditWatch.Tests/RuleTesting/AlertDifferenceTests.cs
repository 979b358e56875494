using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.RuleTesting;

namespace AuditWatch.Tests.RuleTesting;

public class AlertDifferenceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_SameAlertWithFewerFindings_IsNeitherRaisedNorRemoved()
    {
        var difference = AlertDifference.Of([Alert(0, 30)], [Alert(10, 30)], DateTimeOffset.MinValue, new HashSet<string> { "exec" });

        Assert.Equal((0, 0), (difference.Raised.Count, difference.Removed.Count));
        Assert.Equal([new AlertDay(new DateOnly(2026, 11, 21), "exec", Level.High, 1, 1, 0, 0)], difference.Days);
    }

    [Fact]
    public void Of_AlertsOfDifferentTimesActorsAndLevels_AreToldByDayAndDetection()
    {
        Alert[] now = [Alert(0, 5), Alert(90, 95), Alert(0, 5, "probe", actor: "eve")];
        Alert[] then = [Alert(0, 5), Alert(91, 95, level: Level.Low), Alert(0, 5, "probe", actor: "bob")];

        var difference = AlertDifference.Of(now, then, DateTimeOffset.MinValue, new HashSet<string>());

        Assert.Equal(["bob", "jane"], difference.Raised.Select(alert => alert.Actor));
        Assert.Equal(["eve", "jane"], difference.Removed.Select(alert => alert.Actor));
        Assert.Equal(
            [
                new AlertDay(new DateOnly(2026, 11, 21), "probe", Level.High, 1, 1, 1, 1),
                new AlertDay(new DateOnly(2026, 11, 22), "exec", Level.High, 1, 0, 0, 1),
                new AlertDay(new DateOnly(2026, 11, 22), "exec", Level.Low, 0, 1, 1, 0),
            ],
            difference.Days);
    }

    [Fact]
    public void Of_AlertsBeforeSince_AreLeftOut()
    {
        var difference = AlertDifference.Of([], [Alert(0, 1), Alert(90, 91)], Start.AddMinutes(60), new HashSet<string>());

        Assert.Equal(Start.AddMinutes(90), Assert.Single(difference.Raised).FirstSeen);
    }

    private static Alert Alert(int first, int last, string detection = "exec", string actor = "jane", Level level = Level.High) => new()
    {
        Id = $"{detection}-{actor}-{first}",
        Fingerprint = Fingerprint.Hash([detection, actor]),
        Detection = new AlertDetection { Name = detection, Title = "x", Level = level, Tags = [] },
        Level = level,
        Summary = "",
        Actor = actor,
        Cluster = "",
        Count = 1,
        FirstSeen = Start.AddMinutes(first),
        LastSeen = Start.AddMinutes(last),
        Dedup = [],
        Why = [],
        Requests = [],
    };
}
