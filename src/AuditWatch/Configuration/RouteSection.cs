using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>route</c>, the routing tree.</summary>
internal sealed class RouteSection
{
    private readonly IReadOnlyList<string> _receivers;
    private readonly IReadOnlyList<NamedTimeInterval> _intervals;
    private readonly Diagnostics _diagnostics;

    private RouteSection(IReadOnlyList<string> receivers, IReadOnlyList<NamedTimeInterval> intervals, Diagnostics diagnostics)
    {
        _receivers = receivers;
        _intervals = intervals;
        _diagnostics = diagnostics;
    }

    /// <summary>The root of the tree; null if there are no receivers or no such section, which is reported if there are receivers.</summary>
    public static Route? Read(YamlMap root, IReadOnlyList<Receiver> receivers, IReadOnlyList<NamedTimeInterval> intervals, Diagnostics diagnostics)
    {
        if (root.Map("route") is not { } map)
        {
            if (receivers.Count > 0)
            {
                diagnostics.Error(root.LocationOf("receivers"), $"nothing goes to the receivers: add 'route: {{receiver: {receivers[0].Name}}}'");
            }

            return null;
        }

        foreach (var key in new[] { "matchers", "continue", "muteTimeIntervals", "activeTimeIntervals" })
        {
            if (map.TryGet(key, out _))
            {
                diagnostics.Error(map.LocationOf(key), $"'{key}' cannot stand here: the first route gets every alert that no other takes; write a route with it under 'routes'");
            }
        }

        if (!map.TryGet("receiver", out _))
        {
            map.Missing("receiver");
        }

        var section = new RouteSection([.. receivers.Select(receiver => receiver.Name).Where(name => name.Length > 0)], intervals, diagnostics);
        return section.Node(map, new Route { Receiver = "" });
    }

    // 'route' is the node as it is without what the map says: with its path and what it inherits.
    private Route Node(YamlMap map, Route route)
    {
        var own = route with
        {
            Receiver = Receiver(map) ?? route.Receiver,
            Continue = map.Boolean("continue", otherwise: false),
            GroupBy = GroupBy(map) ?? route.GroupBy,
            GroupWait = map.Duration("groupWait", orZero: true) ?? route.GroupWait,
            GroupInterval = map.Duration("groupInterval", orZero: true) ?? route.GroupInterval,
            RepeatInterval = map.Duration("repeatInterval") ?? route.RepeatInterval,
            MuteTimeIntervals = Intervals(map, "muteTimeIntervals"),
            ActiveTimeIntervals = Intervals(map, "activeTimeIntervals"),
        };
        if (own.RepeatInterval < own.GroupInterval && (own.RepeatInterval, own.GroupInterval) != (route.RepeatInterval, route.GroupInterval))
        {
            _diagnostics.Warning(map.Location, "'repeatInterval' is shorter than 'groupInterval': repeats wait for that");
        }

        own = own with { Routes = Children(map, own with { Escalate = [] }), Escalate = Escalations(map, own) };
        map.RejectUnknown(AlertmanagerKeys.Hints);
        return own;
    }

    private List<Route> Children(YamlMap map, Route parent)
    {
        var children = new List<Route>();
        var paths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in map.TryGet("routes", out var value) ? value.Elements : [])
        {
            var child = new YamlMap(element, _diagnostics);
            var matchers = MatchersSetting.Read(child, "matchers", _diagnostics);
            var path = $"{parent.Path}/{matchers}";
            var nth = paths[path] = paths.GetValueOrDefault(path) + 1;
            if (children.Any(sibling => sibling is { Matchers.Count: 0, Continue: false }))
            {
                _diagnostics.Warning(child.Location, "nothing gets here: a route before takes every alert, because it has no matchers and does not continue");
            }

            children.Add(Node(child, parent with
            {
                Path = nth == 1 ? path : $"{path}#{nth}",
                Matchers = matchers,
                Routes = [],
            }));
        }

        return children;
    }

    private List<Route> Escalations(YamlMap map, Route route)
    {
        var steps = new List<Route>();
        foreach (var element in map.TryGet("escalate", out var value) ? value.Elements : [])
        {
            var step = new YamlMap(element, _diagnostics);
            var (after, receiver) = (step.Duration("after"), Receiver(step));
            if (!step.TryGet("after", out _))
            {
                step.Missing("after");
            }

            if (!step.TryGet("receiver", out _))
            {
                step.Missing("receiver");
            }

            step.RejectUnknown();
            if (after is { } time && receiver is not null)
            {
                steps.Add(route.Escalating(receiver, time, 1 + steps.Count(other => other.Receiver == receiver)));
            }
        }

        return steps;
    }

    private string? Receiver(YamlMap map)
    {
        var name = map.String("receiver");
        if (name is not null && !_receivers.Contains(name))
        {
            _diagnostics.Error(map.LocationOf("receiver"), $"there is no receiver '{name}'{Suggestion.For(name, _receivers)}");
        }

        return name;
    }

    private List<string>? GroupBy(YamlMap map)
    {
        if (!map.TryGet("groupBy", out var value))
        {
            return null;
        }

        var labels = new List<string>();
        foreach (var element in value.Elements)
        {
            if (element.Text is not (Route.EachAlert or Route.Incident) && !AlertLabels.Names.Contains(element.Text))
            {
                _diagnostics.Error(element.Location, $"{AlertLabels.Unknown(element.Text)}, '{Route.Incident}' for all of one story, and '{Route.EachAlert}' for every alert on its own");
            }
            else if (labels.Contains(element.Text))
            {
                _diagnostics.Error(element.Location, $"'{element.Text}' is here twice");
            }
            else if (labels.Count > 0 && (element.Text == Route.EachAlert || labels[0] == Route.EachAlert))
            {
                _diagnostics.Error(element.Location, $"'{Route.EachAlert}' keeps every alert on its own: it cannot stand beside labels");
            }

            labels.Add(element.Text);
        }

        return labels;
    }

    private List<NamedTimeInterval> Intervals(YamlMap map, string key)
    {
        var intervals = new List<NamedTimeInterval>();
        foreach (var element in map.TryGet(key, out var value) ? value.Elements : [])
        {
            if (_intervals.FirstOrDefault(interval => interval.Name == element.Text) is { } interval)
            {
                intervals.Add(interval);
            }
            else
            {
                _diagnostics.Error(element.Location, $"there is no time interval '{element.Text}' under 'timeIntervals'{Suggestion.For(element.Text, _intervals.Select(one => one.Name))}");
            }
        }

        return intervals;
    }
}
