using System.CommandLine;
using AuditWatch.Notifications.Routing;
using Route = AuditWatch.Notifications.Routing.Route;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch config routes show</c>: the tree.</summary>
internal static class ConfigRoutesShowCommand
{
    private const string Examples = """
        auditwatch config routes show --config auditwatch.yaml    the tree, each route with what it inherits
        """;

    public static Command Create()
    {
        var config = ConfigFile.Option();
        var command = new DocumentedCommand("show", "Print the tree of routes.", Examples) { config };
        command.SetAction(arguments =>
        {
            if (ConfigFile.Require(arguments.GetRequiredValue(config)).Route is not { } root)
            {
                Console.Error.WriteLine("there are no receivers and no routes: alerts go to the console");
                return ExitCode.Fine;
            }

            Print(root, "", "");
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(Route route, string first, string others)
    {
        Console.Out.WriteLine(first + ConfigRouteText.Line(string.Join(
            "  ",
            [
                $"{route.Matchers} -> {route.Receiver}",
                .. route.Continue ? ["continue"] : Array.Empty<string>(),
                ConfigRouteText.Settings(route),
                .. Intervals("muteTimeIntervals", route.MuteTimeIntervals),
                .. Intervals("activeTimeIntervals", route.ActiveTimeIntervals),
                .. route.Escalate.Count == 0 ? Array.Empty<string>() : [ConfigRouteText.Escalations(route)],
            ])));
        for (var i = 0; i < route.Routes.Count; i++)
        {
            var isLast = i == route.Routes.Count - 1;
            Print(route.Routes[i], others + (isLast ? "└── " : "├── "), others + (isLast ? "    " : "│   "));
        }
    }

    private static string[] Intervals(string key, IReadOnlyList<NamedTimeInterval> intervals) =>
        intervals.Count == 0 ? [] : [$"{key}: [{string.Join(", ", intervals.Select(interval => interval.Name))}]"];
}
