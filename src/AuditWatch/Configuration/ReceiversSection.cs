using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>receivers</c> and creates the notifiers of each receiver.</summary>
internal static class ReceiversSection
{
    /// <summary>All receivers of the section. One with errors, which are reported, lacks the notifiers concerned.</summary>
    public static IReadOnlyList<Receiver> Read(YamlMap root, NotifierKinds kinds, bool waitsForSecrets, Diagnostics diagnostics)
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

            receivers.Add(new Receiver(name, Integrations(map, name, kinds, waitsForSecrets, diagnostics)) { MaxMessagesPerMinute = MaxMessages(map, diagnostics) });
            map.RejectUnknown(AlertmanagerKeys.Hints);
        }

        return receivers;
    }

    /// <summary>Reports a warning for every receiver that no route refers to.</summary>
    public static void WarnOfUnused(YamlMap root, IReadOnlyList<Receiver> receivers, Route route, Diagnostics diagnostics)
    {
        var used = route.All().SelectMany(node => node.Escalate.Prepend(node)).Select(node => node.Receiver).ToHashSet(StringComparer.Ordinal);
        var elements = root.TryGet("receivers", out var value) ? value.Elements.ToList() : [];
        foreach (var (receiver, element) in receivers.Zip(elements).Where(pair => pair.First.Name.Length > 0 && !used.Contains(pair.First.Name)))
        {
            diagnostics.Warning(element.Location, $"nothing goes to the receiver '{receiver.Name}': no route names it");
        }
    }

    private static int MaxMessages(YamlMap receiver, Diagnostics diagnostics)
    {
        const string key = "maxMessagesPerMinute";
        var messages = receiver.Integer(key) ?? Receiver.DefaultMaxMessagesPerMinute;
        if (messages is >= 1 and <= 600)
        {
            return (int)messages;
        }

        diagnostics.Error(receiver.LocationOf(key), $"'{key}' must be 1 to 600");
        return Receiver.DefaultMaxMessagesPerMinute;
    }

    private static INotifier? Notifier(string name, NotifierKind kind, YamlValue element, Diagnostics diagnostics, out bool sendResolved)
    {
        var settings = new YamlMap(element, diagnostics);
        sendResolved = settings.Boolean("sendResolved", otherwise: kind.SendsResolved);
        return kind.Read(name, settings, diagnostics);
    }

    private static (INotifier?, string) Again(string name, NotifierKind kind, YamlValue element)
    {
        var diagnostics = new Diagnostics();
        return (Notifier(name, kind, element, diagnostics, out _), string.Join(" ", diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
    }

    private static List<Integration> Integrations(YamlMap receiver, string name, NotifierKinds kinds, bool waitsForSecrets, Diagnostics diagnostics)
    {
        var integrations = new List<Integration>();
        var configured = 0;
        foreach (var (key, kind) in kinds.All)
        {
            var elements = receiver.TryGet(key, out var value) ? value.Elements.ToList() : [];
            configured += elements.Count;
            for (var i = 0; i < elements.Count; i++)
            {
                // As in 'on-call/slack[0]'.
                var (way, element, own) = ($"{name}/{key[..^"Configs".Length]}[{i}]", elements[i], new Diagnostics());
                var notifier = Notifier(way, kind, element, own, out var sendResolved);
                if (notifier is null && waitsForSecrets && own.MissingSecrets == own.ErrorCount)
                {
                    own.Where(one => one.Severity == DiagnosticSeverity.Error).ToList().ForEach(one => diagnostics.Warning(one.Location, $"{one.Message}: what is to be told through '{way}' waits for it"));
                    notifier = new WaitingNotifier(way, () => Again(way, kind, element));
                }
                else
                {
                    diagnostics.AddRange(own);
                }

                integrations.AddRange(notifier is null ? [] : [new Integration(notifier, sendResolved, kind.IsForPeople) { HasPages = kind.HasPages }]);
            }
        }

        if (configured == 0)
        {
            diagnostics.Error(receiver.Location, $"the receiver '{name}' cannot be reached: give it one of {string.Join(", ", kinds.All.Keys)}");
        }

        return integrations;
    }
}
