using AuditWatch.Yaml;

namespace AuditWatch.Notifications;

/// <summary>Makes a notifier from its settings; null if they are wrong, which it has reported.</summary>
/// <param name="name">What to call the notifier.</param>
/// <param name="settings">One element of the list under the kind's key.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal delegate INotifier? NotifierReader(string name, YamlMap settings, Diagnostics diagnostics);

/// <summary>The kinds of notifiers that a configuration can ask for. Each folder of a notifier has the extension method that adds its kind.</summary>
public sealed class NotifierKinds
{
    private readonly OrderedDictionary<string, NotifierReader> _readers = new(StringComparer.Ordinal);

    /// <summary>The keys of a receiver, such as <c>slackConfigs</c>, and how to read what is under each.</summary>
    internal IReadOnlyDictionary<string, NotifierReader> Readers => _readers;

    internal NotifierKinds Add(string key, NotifierReader reader)
    {
        _readers.Add(key, reader);
        return this;
    }
}
