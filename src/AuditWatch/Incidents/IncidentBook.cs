using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>
/// The stage after alerts: which of them tell one story. An alert of level medium or above makes an incident; those that share something within six hours, or that a composite
/// ties, make one together. What is below medium belongs to an incident that it shares something with and that had begun by then; by itself it makes none.
/// <code>
///   alert ─▶ AlertEntities ─▶ SharedEntity ────▶ IncidentParts ──▶ IncidentStory ─▶ Incident
///            who, whose, what   runs in time,       what hangs        title, level,
///            it is about        hubs join nobody    together          tactics
/// </code>
/// Clusters are never joined. Nothing depends on the order of arrival: what belongs together is worked out anew from all alerts that a change reaches. What too many share (an address of many
/// clients, the control plane, a deployer) joins nobody; what is left of the alerts of such an account, with no story of their own, is an incident in each six hours. An incident that would
/// have more than <see cref="IncidentParts.MaxMembers"/> alerts of several actors falls into what holds together without what most of it shares.
/// As large as the book of alerts allows: an alert that has left that leaves this. Not thread-safe.
/// </summary>
internal sealed class IncidentBook
{
    /// <summary>How long, in event time, nothing may have happened for what comes next to be the same story.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(6);

    private readonly EntityIndex _index = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Incident> _incidents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Member>> _membersOf = new(StringComparer.Ordinal);

    // What has changed since it was worked out last.
    private readonly HashSet<Member> _changed = [];
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    /// <summary>The incidents.</summary>
    public IReadOnlyCollection<Incident> All => _incidents.Values;

    /// <summary>The incidents of a log of the past.</summary>
    /// <param name="alerts">Its alerts, in any order.</param>
    /// <returns>The incidents, and of each alert that belongs to one, which.</returns>
    public static (IReadOnlyList<Incident> Incidents, IReadOnlyDictionary<string, Incident> ByAlert) Of(IEnumerable<Alert> alerts)
    {
        var book = new IncidentBook();
        book.Apply([.. alerts.Select(alert => new AlertChange(AlertChangeKind.Opened, alert))]);
        return ([.. book.All], book._members.Values.Where(member => member.Incident is not null).ToDictionary(member => member.Alert.Id, member => book._incidents[member.Incident!], StringComparer.Ordinal));
    }

    /// <summary>The incident that an alert belongs to; null if it belongs to none.</summary>
    /// <param name="alert">The alert's id.</param>
    public Incident? Of(string alert) => _members.GetValueOrDefault(alert)?.Incident is { } id ? _incidents[id] : null;

    /// <summary>Takes in what has happened to alerts.</summary>
    public void Apply(IReadOnlyList<AlertChange> changes)
    {
        foreach (var change in changes)
        {
            Apply(change);
        }

        Attach(Regroup());
        _changed.Clear();
        Tell();
    }

    private void Apply(AlertChange change)
    {
        var alert = change.Alert;
        if (change.Kind == AlertChangeKind.Forgotten)
        {
            Forget(alert.Id);
            return;
        }

        if (!_members.TryGetValue(alert.Id, out var member))
        {
            member = _members[alert.Id] = new Member(alert);
            _index.Add(member);
            _changed.Add(member);
            return;
        }

        var before = member.Alert;
        var happened = change.Kind is AlertChangeKind.Opened or AlertChangeKind.Repeated or AlertChangeKind.Risen;
        if (happened)
        {
            if (ReferenceEquals(before.Requests, alert.Requests) && member.IsSevere == alert.Level >= Member.Least)
            {
                EntityIndex.Moved(member, alert);
            }
            else
            {
                _index.Remove(member);
                member.Alert = alert;
                _index.Add(member);
            }

            _changed.Add(member);
        }

        member.Alert = alert;
        if (member.Incident is { } id)
        {
            _touched.Add(id);
        }
    }

    private void Forget(string alert)
    {
        if (!_members.Remove(alert, out var member))
        {
            return;
        }

        _index.Remove(member);
        _changed.Remove(member);
        if (member.Incident is { } id && _membersOf.TryGetValue(id, out var others) && others.Remove(member) && others.Count == 0)
        {
            _membersOf.Remove(id);
            _incidents.Remove(id);
        }
    }

    private void Move(Member member, string? id)
    {
        if (member.Incident == id)
        {
            return;
        }

        if (member.Incident is { } before)
        {
            _membersOf[before].Remove(member);
            _touched.Add(before);
        }

        member.Incident = id;
        if (id is not null)
        {
            (_membersOf.TryGetValue(id, out var members) ? members : _membersOf[id] = []).Add(member);
            _touched.Add(id);
        }
    }

    // Everything that what has changed may have joined or parted.
    private HashSet<Member> Regroup()
    {
        var reached = new HashSet<Member>();
        var waiting = new Queue<Member>(_changed.SelectMany(member => EntityIndex.Around(member).Append(member)));
        while (waiting.TryDequeue(out var seed))
        {
            if (!seed.IsSevere || !reached.Add(seed))
            {
                continue;
            }

            var whole = IncidentParts.From(seed);
            reached.UnionWith(whole);
            foreach (var (id, part) in IncidentParts.Of(whole))
            {
                foreach (var member in part)
                {
                    // They may have been together for what is no longer so. Of a hub's nothing but itself says where it belongs.
                    if (member.Incident is { } before && before != IncidentParts.OwnOf(member))
                    {
                        foreach (var other in _membersOf[before].Where(other => !reached.Contains(other)))
                        {
                            waiting.Enqueue(other);
                        }
                    }

                    Move(member, id);
                }

                // What it shares may have become a hub although nobody has moved.
                _touched.Add(id);
            }
        }

        return reached;
    }

    private void Attach(HashSet<Member> reached)
    {
        var context = reached.SelectMany(EntityIndex.ContextOf).Concat(_changed).Concat(_touched.SelectMany(id => _membersOf.GetValueOrDefault(id) ?? [])).Where(member => !member.IsSevere).ToHashSet();
        var spans = new Dictionary<string, (DateTimeOffset Start, DateTimeOffset End)>(StringComparer.Ordinal);
        foreach (var member in context)
        {
            Move(member, Best(member));
        }

        string? Best(Member member) => EntityIndex.SharingWith(member).Where(shared => shared.With.Incident is not null).GroupBy(shared => shared.With.Incident!)
            .Select(group => (Id: group.Key, Span: SpanOf(group.Key), Count: group.Select(shared => shared.Entity).Distinct().Count()))
            .Where(one => member.Alert.FirstSeen >= one.Span.Start && member.Alert.FirstSeen - one.Span.End <= Window)
            .OrderByDescending(one => one.Count).ThenBy(one => one.Span.Start).ThenBy(one => one.Id, StringComparer.Ordinal).Select(one => one.Id).FirstOrDefault();

        (DateTimeOffset Start, DateTimeOffset End) SpanOf(string id)
        {
            if (!spans.TryGetValue(id, out var span))
            {
                var severe = _membersOf[id].Where(one => one.IsSevere).Select(one => one.Alert).ToList();
                spans[id] = span = (severe.Min(alert => alert.FirstSeen), severe.Max(alert => alert.LastSeen));
            }

            return span;
        }
    }

    private void Tell()
    {
        foreach (var id in _touched)
        {
            if (_membersOf[id].Count == 0)
            {
                _membersOf.Remove(id);
                _incidents.Remove(id);
            }
            else
            {
                _incidents[id] = IncidentStory.Tell(id, _membersOf[id]);
            }
        }

        _touched.Clear();
    }
}
