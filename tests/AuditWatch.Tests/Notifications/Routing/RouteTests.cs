using AuditWatch.Alerts;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Tests.Notifications.Routing;

public class RouteTests
{
    private static readonly Route Tree = Node("default", "{}",
        Node("pager", "level=critical") with { Continue = true },
        Node("team", "namespace=payments",
            Node("team-high", "level=~high|critical"),
            Node("team-rest", "level=medium")),
        Node("log", "level=low") with { Continue = true },
        Node("archive", "level=~low|medium") with { Continue = true });

    [Theory]
    [InlineData("high", "web", "default")]
    [InlineData("critical", "web", "pager")]
    [InlineData("critical", "payments", "pager team-high")]
    [InlineData("medium", "payments", "team-rest")]
    [InlineData("low", "payments", "team")]
    [InlineData("low", "web", "log archive")]
    [InlineData("medium", "web", "archive")]
    public void Match_Alert_GoesWhereAlertmanagerSendsIt(string level, string @namespace, string receivers)
    {
        var matched = Tree.Match(label => label switch { "level" => [level], "namespace" => [@namespace], _ => [] });

        Assert.Equal(receivers.Split(' '), matched.Select(route => route.Receiver));
    }

    [Fact]
    public void Match_SampleAlert_UsesItsLabels() => Assert.Equal(["team-high"], Tree.Match(SampleAlert.Exec()).Select(route => route.Receiver));

    [Fact]
    public void All_Tree_IsParentsFirst() =>
        Assert.Equal(["default", "pager", "team", "team-high", "team-rest", "log", "archive"], Tree.All().Select(route => route.Receiver));

    [Theory]
    [InlineData(9, null)]
    [InlineData(12, "in lunch")]
    [InlineData(20, "outside office, weekend")]
    public void MutedAt_Time_SaysWhy(int hour, string? expected)
    {
        var route = new Route
        {
            Receiver = "soc",
            MuteTimeIntervals = [Hours("lunch", 12, 13)],
            ActiveTimeIntervals = [Hours("office", 8, 17), new NamedTimeInterval("weekend", [new TimeInterval { Weekdays = [new(6, 6)] }])],
        };

        // A Monday.
        Assert.Equal(expected, route.MutedAt(new DateTimeOffset(2026, 11, 23, hour, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void MutedAt_NoIntervals_IsNever() => Assert.Null(Tree.MutedAt(DateTimeOffset.UnixEpoch));

    private static NamedTimeInterval Hours(string name, int first, int last) => new(name, [new TimeInterval { Times = [new(first * 60, last * 60)] }]);

    private static Route Node(string receiver, string matchers, params Route[] routes) => new() { Receiver = receiver, Matchers = Matchers.Parse(matchers), Routes = routes };
}
