using AuditWatch.Yaml;

namespace AuditWatch.Notifications;

/// <summary>Makes a notifier from its settings; null if they are wrong, which it has reported.</summary>
/// <param name="name">What to call the notifier.</param>
/// <param name="settings">One element of the list under the kind's key.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal delegate INotifier? NotifierReader(string name, YamlMap settings, Diagnostics diagnostics);

/// <summary>A kind of notifier.</summary>
/// <param name="Read">Makes one from its settings.</param>
/// <param name="IsForPeople">Whether people read every notification, so that they must not get too many; a machine gets them all.</param>
/// <param name="SendsResolved">Whether it is told that alerts are closed, unless its settings say otherwise.</param>
internal sealed record NotifierKind(NotifierReader Read, bool IsForPeople, bool SendsResolved);

/// <summary>The kinds of notifiers that a configuration can ask for. Each folder of a notifier has the extension method that adds its kind.</summary>
public sealed class NotifierKinds
{
    private readonly OrderedDictionary<string, NotifierKind> _kinds = new(StringComparer.Ordinal);

    /// <summary>The keys of a receiver, such as <c>slackConfigs</c>, and the kind of notifiers under each.</summary>
    internal IReadOnlyDictionary<string, NotifierKind> All => _kinds;

    internal NotifierKinds Add(string key, NotifierKind kind)
    {
        _kinds.Add(key, kind);
        return this;
    }
}
