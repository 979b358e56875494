using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Tests.Configuration;

public class RouteSectionTests
{
    private const string Receivers = "receivers: [{name: soc, consoleConfigs: [{}]}, {name: pager, consoleConfigs: [{}]}]\n";

    [Fact]
    public void Parse_Nothing_IsTheDefault()
    {
        var route = Route("route: {receiver: soc}");

        Assert.Equivalent(new Route { Receiver = "soc" }, route);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromHours(4)), (route.GroupWait, route.GroupInterval, route.RepeatInterval));
        Assert.Equal(["..."], route.GroupBy);
    }

    [Fact]
    public void Parse_Child_InheritsWhatItDoesNotSay()
    {
        var root = Route(
            """
            timeIntervals: [{name: nights, timeIntervals: [{times: [{startTime: '22:00', endTime: '06:00'}]}]}]
            route:
              receiver: soc
              groupBy: [detection, cluster]
              groupWait: 30s
              groupInterval: 0s
              repeatInterval: 1d
              routes:
                - matchers: [level=~"high|critical", namespace=payments]
                  receiver: pager
                  continue: true
                  groupBy: []
                  groupWait: 0s
                  muteTimeIntervals: [nights]
                  routes: [{matchers: cluster=prod, groupInterval: 1m}]
                - matchers: [level=low]
                  groupBy: ['...']
                - matchers: [level=medium]
                  groupBy: [incident]
            """);

        var (pager, low, below) = (root.Routes[0], root.Routes[1], root.Routes[0].Routes[0]);
        Assert.Equal(("soc", false, "{}"), (root.Receiver, root.Continue, root.Matchers.ToString()));
        Assert.Equal(("pager", true, """{level=~"high|critical",namespace="payments"}"""), (pager.Receiver, pager.Continue, pager.Matchers.ToString()));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(1)), (pager.GroupWait, pager.GroupInterval, pager.RepeatInterval));
        Assert.Empty(pager.GroupBy);
        Assert.Equal(["nights"], pager.MuteTimeIntervals.Select(interval => interval.Name));

        // Neither 'continue' nor time intervals are inherited.
        Assert.Equal(("pager", false, TimeSpan.FromMinutes(1), TimeSpan.Zero), (below.Receiver, below.Continue, below.GroupInterval, below.GroupWait));
        Assert.Empty(below.MuteTimeIntervals);
        Assert.Empty(below.GroupBy);
        Assert.Equal(("soc", TimeSpan.FromSeconds(30)), (low.Receiver, low.GroupWait));
        Assert.Equal(["..."], low.GroupBy);
        Assert.Equal([AuditWatch.Notifications.Routing.Route.Incident], root.Routes[2].GroupBy);
    }

    [Fact]
    public void Parse_Siblings_HavePathsOfTheirOwn()
    {
        var root = Route(
            """
            route:
              receiver: soc
              routes:
                - {matchers: [level=high, cluster=a], continue: true, routes: [{matchers: [tag=x]}]}
                - {matchers: ['{cluster="a", level="high"}']}
                - {matchers: [level=low]}
            """);

        Assert.Equal(
        [
            "{}",
            """{}/{cluster="a",level="high"}""",
            """{}/{cluster="a",level="high"}/{tag="x"}""",
            """{}/{cluster="a",level="high"}#2""",
            """{}/{level="low"}""",
        ], root.All().Select(route => route.Path));
    }

    [Fact]
    public void Parse_Escalate_IsARouteForEachStepAndNotInherited()
    {
        var root = Route("route: {receiver: soc, escalate: [{after: 15m, receiver: pager}, {after: 1h, receiver: soc}, {after: 2h, receiver: pager}], routes: [{matchers: [level=low]}]}");

        Assert.Equal(["pager 00:15:00 {} > pager", "soc 01:00:00 {} > soc", "pager 02:00:00 {} > pager#2"], root.Escalate.Select(step => $"{step.Receiver} {step.Escalation!.After} {step.Path}"));
        Assert.All(root.Escalate, step => Assert.Equal("soc", step.Escalation!.From));
        Assert.Empty(root.Routes[0].Escalate);
    }

    [Theory]
    [InlineData("route: {receiver: [soc]}", "2:19: 'receiver' must be a single text")]
    [InlineData("route: {receiver: ''}", "2:9: there is no receiver ''")]
    [InlineData("route: {receiver: soc, matchers: [level=high]}", "2:24: 'matchers' cannot stand here: the first route gets every alert that no other takes; write a route with it under 'routes'")]
    [InlineData("route: {receiver: soc, continue: true}", "2:24: 'continue' cannot stand here: ")]
    [InlineData("route: {receiver: soc, muteTimeIntervals: [x]}", "2:24: 'muteTimeIntervals' cannot stand here: ")]
    [InlineData("route: {receiver: soc, routes: [{receiver: pagr}]}", "2:34: there is no receiver 'pagr'; did you mean 'pager'?")]
    [InlineData("route: {receiver: soc, routes: [{muteTimeIntervals: [nights]}]}", "2:54: there is no time interval 'nights' under 'timeIntervals'")]
    [InlineData("route: {receiver: soc, groupBy: [detecton]}", "2:34: alerts have no label 'detecton'; did you mean 'detection'?; there are detection,")]
    [InlineData("route: {receiver: soc, routes: [{matchers: [incident=x]}]}", "2:45: alerts have no label 'incident'")]
    [InlineData("route: {receiver: soc, groupBy: [level, level]}", "2:41: 'level' is here twice")]
    [InlineData("route: {receiver: soc, groupBy: ['...', level]}", "2:41: '...' keeps every alert on its own: it cannot stand beside labels")]
    [InlineData("route: {receiver: soc, groupBy: [level, '...']}", "2:41: '...' keeps every alert on its own: it cannot stand beside labels")]
    [InlineData("route: {receiver: soc, groupWait: -1s}", "2:35: 'groupWait' must be a length of time")]
    [InlineData("route: {receiver: soc, repeatInterval: 0s}", "2:40: 'repeatInterval' must be a length of time")]
    [InlineData("route: {receiver: soc, group_by: [level]}", "2:24: unknown key 'group_by': write 'groupBy'")]
    [InlineData("route: {receiver: soc, routes: [{mute_time_intervals: [x]}]}", "2:34: unknown key 'mute_time_intervals': write 'muteTimeIntervals'")]
    [InlineData("route: {receiver: soc, routes: [{match: {level: high}}]}", "2:34: unknown key 'match': write 'matchers', such as ['level=\"high\"']")]
    [InlineData("route: {receiver: soc, rotues: []}", "2:24: unknown key 'rotues'; did you mean 'routes'?")]
    [InlineData("route: {receiver: soc, routes: [{matchers: [level=hihg]}]}", "2:51: no level is 'hihg'; did you mean 'high'?")]
    [InlineData("route: {receiver: soc, routes: [{matchers: ['a=\"it''s\"', 'levl=high']}]}", "2:46: alerts have no label 'a'")]
    [InlineData("route: {receiver: soc, routes: [{matchers: ['actor=\"it''s\",, level=high']}]}", "2:60: expected a label")]
    [InlineData("route: {receiver: soc, routes: [{matchers: [\"actor=\\\"\\\\\\\\\\\",, level=high\"]}]}", "2:61: expected a label")]
    [InlineData("route: {receiver: soc, routes: [{matchers: [\"actor=\\x41,, level=high\"]}]}", "2:45: expected a label")]
    [InlineData("route: {receiver: soc, routes: [{matchers: [{level: high}]}]}", "2:45: 'matchers' must be a list of texts such as 'level=\"high\"'")]
    [InlineData("route: {receiver: soc, escalate: [{after: 15m, receiver: pagr}]}", "2:48: there is no receiver 'pagr'; did you mean 'pager'?")]
    [InlineData("route: {receiver: soc, escalate: [{after: 0s, receiver: pager}]}", "2:43: 'after' must be a length of time such as 30s, 15m, 1h or 7d")]
    [InlineData("route: {receiver: soc, escalate: [{receiver: pager}]}", "2:35: 'after' is missing")]
    [InlineData("route: {receiver: soc, escalate: [{after: 15m}]}", "2:35: 'receiver' is missing")]
    [InlineData("route: {receiver: soc, escalate: [{after: 15m, receiver: pager, level: high}]}", "2:65: unknown key 'level'")]
    [InlineData("receiver: {}\nroute: {receiver: soc}", "2:1: unknown key 'receiver'; did you mean 'receivers'?")]
    [InlineData("inhibit_rules: []\nroute: {receiver: soc}", "2:1: unknown key 'inhibit_rules': write 'inhibit'")]
    public void Parse_Wrong_SaysWhatAndWhere(string text, string expected)
    {
        var diagnostics = new Diagnostics();

        Assert.Null(ConfigurationFile.Parse("auditwatch.yaml", Receivers + text, Kinds(), diagnostics));

        Assert.Contains(diagnostics, one => $"{one.Location.Line}:{one.Location.Column}: {one.Message}".StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("route: {receiver: pager, routes: [{receiver: soc}, {matchers: [level=high]}]}", "2:52: warning: nothing gets here: a route before takes every alert, because it has no matchers and does not continue")]
    [InlineData("route: {receiver: pager, groupInterval: 1h, repeatInterval: 5m, routes: [{receiver: soc}]}", "2:8: warning: 'repeatInterval' is shorter than 'groupInterval': repeats wait for that")]
    [InlineData("route: {receiver: soc}", "1:48: warning: nothing goes to the receiver 'pager': no route names it")]
    public void Parse_Odd_IsAWarning(string text, string expected)
    {
        var diagnostics = new Diagnostics();

        Assert.NotNull(ConfigurationFile.Parse("auditwatch.yaml", Receivers + text, Kinds(), diagnostics));

        Assert.Equal($"auditwatch.yaml:{expected}", Assert.Single(diagnostics).ToString());
    }

    private static Route Route(string text)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Parse("auditwatch.yaml", Receivers + text, Kinds(), diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics));
        return configuration!.Route!;
    }

    private static NotifierKinds Kinds() => new NotifierKinds().AddConsole(TextWriter.Null, coloured: false);
}
