using System.CommandLine;
using System.Text.Json;
using AuditWatch.Alerts;
using Route = AuditWatch.Notifications.Routing.Route;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch config routes test</c>: who is told of an alert with some labels.</summary>
internal static class ConfigRoutesTestCommand
{
    private const string Examples = """
        auditwatch config routes test --config auditwatch.yaml --label level=high --label detection=exec_into_pod
        auditwatch config routes test --config auditwatch.yaml --label level=low --at 2030-01-31T03:00:00Z    who is told at night
        auditwatch config routes test --config auditwatch.yaml --label level=critical --expect pager,archive    for a pipeline: exit code 1 if others are told
        """;

    public static Command Create()
    {
        var config = ConfigFile.Option();
        var labels = new Option<string[]>("--label")
        {
            Description = $"A label of the alert: {string.Join(", ", AlertLabels.Names)}; may be given several times. One not given is empty.",
            HelpName = "NAME=VALUE",
        };
        var at = new Option<string>("--at")
        {
            Description = "The time for time intervals, such as 2030-01-31T03:00:00Z. Default: now.",
            HelpName = "TIME",
        };
        var expect = new Option<string>("--expect")
        {
            Description = "The receivers that are to be told, in their order, with commas between; others make the exit code 1.",
            HelpName = "RECEIVERS",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new DocumentedCommand("test", "Print who is told of an alert, one receiver a line; exit code 1 if there is none.", Examples) { config, labels, at, expect, json };
        command.SetAction(arguments =>
        {
            var values = ConfigProbe.Labels(arguments.GetValue(labels) ?? []);
            var time = ConfigProbe.Time(arguments.GetValue(at));
            var routes = ConfigFile.Require(arguments.GetRequiredValue(config)).Route?.Match(values) ?? [];
            foreach (var route in routes)
            {
                Console.Out.WriteLine(arguments.GetValue(json) ? Json(route, time) : Text(route, time));
            }

            return Compare(routes, arguments.GetValue(expect));
        });
        return command;
    }

    private static int Compare(IReadOnlyList<Route> routes, string? expected)
    {
        var receivers = routes.Select(route => route.Receiver).ToList();
        if (expected is not null)
        {
            var names = expected.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (receivers.SequenceEqual(names))
            {
                return ExitCode.Fine;
            }

            Console.Error.WriteLine($"expected {string.Join(", ", names)}, not {(receivers.Count == 0 ? "nobody" : string.Join(", ", receivers))}");
            return ExitCode.FoundProblems;
        }

        if (receivers.Count == 0)
        {
            Console.Error.WriteLine("there are no receivers: alerts go to the console");
            return ExitCode.FoundProblems;
        }

        return ExitCode.Fine;
    }

    private static string Text(Route route, DateTimeOffset time) => ConfigRouteText.Line(
        $"{route.Receiver}  {route.Path}  {ConfigRouteText.Settings(route)}{(route.MutedAt(time) is { } mute ? $"  muted: {mute}" : "")}{(route.Escalate.Count > 0 ? $"  {ConfigRouteText.Escalations(route)}" : "")}");

    private static string Json(Route route, DateTimeOffset time) => JsonSerializer.Serialize(new
    {
        receiver = route.Receiver,
        path = route.Path,
        groupBy = route.GroupBy,
        groupWait = DurationText.Of(route.GroupWait),
        groupInterval = DurationText.Of(route.GroupInterval),
        repeatInterval = DurationText.Of(route.RepeatInterval),
        muted = route.MutedAt(time),
        escalate = route.Escalate.Select(step => new { after = DurationText.Of(step.Escalation!.After), receiver = step.Receiver }),
    });
}
