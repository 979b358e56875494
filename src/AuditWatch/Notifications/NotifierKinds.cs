using AuditWatch.Yaml;

namespace AuditWatch.Notifications;

/// <summary>Makes a notifier from its settings; null if they are wrong, which it has reported.</summary>
/// <param name="name">What to call the notifier.</param>
/// <param name="settings">One element of the list under the kind's key.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal delegate INotifier? NotifierReader(string name, YamlMap settings, Diagnostics diagnostics);

/// <summary>Makes a notifier from its settings.</summary>
/// <param name="name">What to call the notifier: its <see cref="INotifier.Name"/>.</param>
/// <param name="settings">What one element of the list under the kind's key says, but for <c>sendResolved</c>: single values, as they are written.</param>
/// <exception cref="FormatException">They are wrong: the message says how, to be reported with their place in the file.</exception>
public delegate INotifier NotifierFactory(string name, IReadOnlyDictionary<string, string> settings);

/// <summary>A kind of notifier.</summary>
/// <param name="Read">Makes one from its settings.</param>
/// <param name="IsForPeople">Whether people read every notification, so that they must not get too many; a machine gets them all.</param>
/// <param name="SendsResolved">Whether it is told that alerts are closed, unless its settings say otherwise.</param>
/// <param name="HasPages">Whether conversations stand open there: <see cref="Integration.HasPages"/>.</param>
internal sealed record NotifierKind(NotifierReader Read, bool IsForPeople, bool SendsResolved, bool HasPages = false);

/// <summary>The kinds of notifiers that a configuration can ask for. Each folder of a notifier has the extension method that adds its kind.</summary>
public sealed class NotifierKinds
{
    private readonly OrderedDictionary<string, NotifierKind> _kinds = new(StringComparer.Ordinal);

    /// <summary>The keys of a receiver, such as <c>slackConfigs</c>, and the kind of notifiers under each.</summary>
    internal IReadOnlyDictionary<string, NotifierKind> All => _kinds;

    /// <summary>Adds a kind of another program, as docs/extending.md shows.</summary>
    /// <param name="key">The key of a receiver under which its settings stand, ending in <c>Configs</c>: <c>pagerConfigs</c>.</param>
    /// <param name="create">Makes one from its settings.</param>
    /// <param name="isForPeople">Whether people read every notification, so that many at once are worse than a digest. Default: a program gets them all.</param>
    /// <param name="sendsResolved">Whether it is told that alerts are closed, unless its settings say otherwise. Default: it is.</param>
    /// <exception cref="ArgumentException">The key does not end as it must, or is there already.</exception>
    public NotifierKinds Add(string key, NotifierFactory create, bool isForPeople = false, bool sendsResolved = true)
    {
        if (!key.EndsWith("Configs", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{key}' does not end in 'Configs', as keys of receivers do.", nameof(key));
        }

        return Add(key, new NotifierKind((name, settings, diagnostics) => Create(create, name, settings, diagnostics), isForPeople, sendsResolved));
    }

    private static INotifier? Create(NotifierFactory create, string name, YamlMap settings, Diagnostics diagnostics)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in settings.Values.Where(pair => pair.Key.Text != "sendResolved"))
        {
            if (!value.IsScalar)
            {
                diagnostics.Error(value.Location, $"'{key.Text}' must be a single value");
                return null;
            }

            values[key.Text] = value.Text;
        }

        try
        {
            return create(name, values);
        }
        catch (FormatException problem)
        {
            diagnostics.Error(settings.Location, problem.Message);
            return null;
        }
    }

    internal NotifierKinds Add(string key, NotifierKind kind)
    {
        _kinds.Add(key, kind);
        return this;
    }
}
