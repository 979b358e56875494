using AuditWatch.Notifications;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>receivers</c> and <c>route</c>.</summary>
internal static class ReceiversSection
{
    /// <summary>The receivers; those with errors among them have not all their notifiers.</summary>
    public static IReadOnlyList<Receiver> Read(YamlMap root, NotifierKinds kinds, Diagnostics diagnostics)
    {
        var receivers = new List<Receiver>();
        foreach (var element in root.TryGet("receivers", out var value) ? value.Elements : [])
        {
            var map = new YamlMap(element, diagnostics);
            var name = map.RequiredString("name");
            if (receivers.Any(receiver => receiver.Name == name && name.Length > 0))
            {
                diagnostics.Error(map.LocationOf("name"), $"there are two receivers '{name}'");
            }

            receivers.Add(new Receiver(name, Notifiers(map, name, kinds, diagnostics)));
            map.RejectUnknown();
        }

        return receivers;
    }

    /// <summary>The route; null if there are no receivers, or it is wrong.</summary>
    public static Route? Route(YamlMap root, IReadOnlyList<Receiver> receivers, Diagnostics diagnostics)
    {
        if (root.Map("route") is not { } route)
        {
            if (receivers.Count > 0)
            {
                diagnostics.Error(root.LocationOf("receivers"), $"nothing goes to the receivers: add 'route: {{receiver: {receivers[0].Name}}}'");
            }

            return null;
        }

        var name = route.RequiredString("receiver");
        route.RejectUnknown();
        if (name.Length > 0 && receivers.All(receiver => receiver.Name != name))
        {
            diagnostics.Error(route.LocationOf("receiver"), $"there is no receiver '{name}'{Suggestion.For(name, receivers.Select(receiver => receiver.Name).Where(known => known.Length > 0))}");
        }

        foreach (var receiver in receivers.Where(receiver => receiver.Name != name))
        {
            diagnostics.Warning(root.LocationOf("receivers"), $"nothing goes to the receiver '{receiver.Name}': the route names '{name}'");
        }

        return new Route(name);
    }

    private static List<INotifier> Notifiers(YamlMap receiver, string name, NotifierKinds kinds, Diagnostics diagnostics)
    {
        var notifiers = new List<INotifier>();
        var configured = 0;
        foreach (var (key, read) in kinds.Readers)
        {
            var elements = receiver.TryGet(key, out var value) ? value.Elements.ToList() : [];
            configured += elements.Count;
            for (var i = 0; i < elements.Count; i++)
            {
                // As in 'on-call/slack[0]'.
                if (read($"{name}/{key[..^"Configs".Length]}[{i}]", new YamlMap(elements[i], diagnostics), diagnostics) is { } notifier)
                {
                    notifiers.Add(notifier);
                }
            }
        }

        if (configured == 0)
        {
            diagnostics.Error(receiver.Location, $"the receiver '{name}' cannot be reached: give it one of {string.Join(", ", kinds.Readers.Keys)}");
        }

        return notifiers;
    }
}
