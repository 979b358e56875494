using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>
/// Which alerts belong to which incident. Nothing depends on the order of arrival: what belongs together is worked out anew from all alerts that a change reaches, but for what people have
/// decided: they join alerts, set them apart, and seal an incident, which no other alert joins then. Not thread-safe.
/// </summary>
internal sealed class IncidentMembers
{
    private readonly EntityIndex _index = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Member>> _of = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sealed = new(StringComparer.Ordinal);
    private readonly HashSet<Member> _changed = [];

    /// <summary>The incidents whose alerts, or what these are, have changed; the reader clears it.</summary>
    public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);

    /// <summary>The alerts that belong elsewhere than before, or by other reasons; the reader clears it.</summary>
    public HashSet<Member> Moved { get; } = [];

    /// <summary>How many entities have come to be shared by too many, of each kind; the reader clears it.</summary>
    public Dictionary<EntityKind, int> Hubs => _index.Hubs;

    /// <summary>The alerts of an incident; none if there is no such incident.</summary>
    public IReadOnlyCollection<Member> Of(string incident) => _of.GetValueOrDefault(incident) ?? [];

    /// <summary>The alert of an id; null if it is not held.</summary>
    public Member? Find(string alert) => _members.GetValueOrDefault(alert);

    /// <summary>Takes in what has happened to an alert. What comes of it, <see cref="Regroup"/> works out.</summary>
    public void Apply(AlertChange change)
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

        if (change.Kind is AlertChangeKind.Opened or AlertChangeKind.Repeated or AlertChangeKind.Risen && !IsFixed(member))
        {
            if (ReferenceEquals(member.Alert.Requests, alert.Requests) && member.IsSevere == alert.Level >= Member.Least)
            {
                _index.Moved(member, alert);
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
        Touch(member);
    }

    /// <summary>Works out what belongs together after all that has been taken in and decided.</summary>
    public void Regroup()
    {
        Attach(Group());
        _changed.Clear();
    }

    /// <summary>Puts alerts back as they were before a restart.</summary>
    /// <param name="alerts">All alerts.</param>
    /// <param name="placeOf">Where one belonged; null for nowhere that is known.</param>
    public void Restore(IEnumerable<Alert> alerts, Func<string, (string Incident, string? JoinedTo, bool IsSetApart, bool IsSealed)?> placeOf)
    {
        var joins = new List<Member>();
        foreach (var alert in alerts)
        {
            var member = _members[alert.Id] = new Member(alert);
            if (placeOf(alert.Id) is not { } place)
            {
                _changed.Add(member);
                continue;
            }

            Move(member, place.Incident, isLeftOver: false);
            (member.JoinedTo, member.SetApart) = (place.JoinedTo, place.IsSetApart ? place.Incident : null);
            if (place.IsSealed)
            {
                _sealed.Add(place.Incident);
            }

            if (place.JoinedTo is not null)
            {
                joins.Add(member);
            }
        }

        foreach (var member in joins)
        {
            Join(member, Find(member.JoinedTo!));
        }

        foreach (var member in _members.Values.Where(member => !IsFixed(member)))
        {
            _index.Add(member);
        }

        // Of what is left of an account's alerts nothing says so but the account.
        _index.Settle();
        _changed.UnionWith(_members.Values.Where(member => !IsFixed(member) && member.IsSevere && IncidentParts.IsOfHub(member)));
        Hubs.Clear();
        Touched.Clear();
        Moved.Clear();
    }

    /// <summary>Lets no other alert join an incident.</summary>
    public void Seal(string incident)
    {
        _sealed.Add(incident);
        foreach (var member in Of(incident))
        {
            _index.Remove(member);
        }
    }

    /// <summary>Lets others join it again, if it is sealed.</summary>
    public void Unseal(string incident)
    {
        if (!_sealed.Remove(incident))
        {
            return;
        }

        foreach (var member in Of(incident).Where(member => !IsFixed(member)))
        {
            _index.Add(member);
            _changed.Add(member);
        }
    }

    /// <summary>Makes an incident of some alerts of another: from now on no alert joins or leaves it by itself.</summary>
    /// <param name="chosen">The alerts, not all of their incident.</param>
    /// <returns>The incident's id.</returns>
    public string SetApart(IReadOnlyList<Member> chosen)
    {
        var rest = Of(chosen[0].Incident!).Except(chosen).ToList();
        var apart = Fingerprint.Hash(["apart", .. chosen.Select(member => member.Alert.Id).Order(StringComparer.Ordinal)]);
        while (_of.ContainsKey(apart))
        {
            apart = Fingerprint.Hash(["again", apart]);
        }

        foreach (var member in chosen)
        {
            Part(member);
            Put(member, apart);
        }

        _changed.UnionWith(rest.Where(member => !IsFixed(member)));
        return apart;
    }

    /// <summary>Makes one incident of two.</summary>
    /// <param name="incident">The one, with at least one alert.</param>
    /// <param name="other">The other one, likewise.</param>
    public void Merge(string incident, string other)
    {
        // Of what is set apart only that says where it belongs; what joins it is set apart, too.
        if (Of(incident).FirstOrDefault(member => member.SetApart is not null) is not null)
        {
            foreach (var member in Of(other).ToList())
            {
                Put(member, incident);
            }

            return;
        }

        var target = Leader(Of(incident))!;
        foreach (var member in Of(other).ToList())
        {
            if (member.SetApart is not null)
            {
                member.SetApart = null;
                _index.Add(member);
                Decide(member, target);
            }
            else if (member.IsSevere)
            {
                Decide(member, target);
            }

            _changed.Add(member);
        }
    }

    // Each is joined with one at most, so that the state knows all of it.
    private void Decide(Member member, Member target)
    {
        if (member.JoinedTo is { } known && Find(known) is { } before && before.JoinedTo != member.Alert.Id)
        {
            member.Joined.Remove(before);
            before.Joined.Remove(member);
        }

        member.JoinedTo = target.Alert.Id;
        Join(member, target);
        Moved.Add(member);
    }

    private static void Join(Member member, Member? target)
    {
        if (target is not null && target != member)
        {
            member.Joined.Add(target);
            target.Joined.Add(member);
        }
    }

    // Out of everything that it was in, into an incident that people have made.
    private void Put(Member member, string incident)
    {
        _index.Remove(member);
        _changed.Remove(member);
        (member.SetApart, member.JoinedTo) = (incident, null);
        Move(member, incident, isLeftOver: false);
        Moved.Add(member);
    }

    // Those that people had joined with it stay joined with what is left of its incident.
    private void Part(Member member)
    {
        var joined = member.Joined.ToList();
        foreach (var other in joined)
        {
            other.Joined.Remove(member);
        }

        member.Joined.Clear();
        foreach (var other in joined.Where(other => other.JoinedTo == member.Alert.Id))
        {
            other.JoinedTo = null;
            Moved.Add(other);
            if (Leader(Of(other.Incident ?? "").Where(one => one != member && one != other)) is { } leader)
            {
                Decide(other, leader);
            }
        }
    }

    private static Member? Leader(IEnumerable<Member> members) => IncidentStory.InOrder(members).OrderByDescending(member => member.IsSevere).FirstOrDefault();

    private void Forget(string alert)
    {
        if (!_members.Remove(alert, out var member))
        {
            return;
        }

        Part(member);
        _index.Remove(member);
        _changed.Remove(member);
        Moved.Remove(member);
        if (member.Incident is { } id && _of.TryGetValue(id, out var others) && others.Remove(member))
        {
            Touch(member);
            if (others.Count == 0)
            {
                _of.Remove(id);
                _sealed.Remove(id);
            }
        }
    }

    // Whether people have decided where it belongs.
    private bool IsFixed(Member member) => member.SetApart is not null || (member.Incident is { } id && _sealed.Contains(id));

    private void Touch(Member member)
    {
        if (member.Incident is { } id)
        {
            Touched.Add(id);
        }
    }

    private void Move(Member member, string? id, bool isLeftOver)
    {
        member.IsLeftOver = isLeftOver;
        if (member.Incident == id)
        {
            return;
        }

        if (member.Incident is { } before)
        {
            _of[before].Remove(member);
            Touched.Add(before);
            if (_of[before].Count == 0)
            {
                _of.Remove(before);
            }
        }

        member.Incident = id;
        Moved.Add(member);
        if (id is not null)
        {
            (_of.TryGetValue(id, out var members) ? members : _of[id] = []).Add(member);
            Touched.Add(id);
        }
    }

    // Everything that what has changed may have joined or parted.
    private HashSet<Member> Group()
    {
        var reached = new HashSet<Member>();
        var waiting = new Queue<Member>(_changed.Concat(_index.Settle()).ToList());
        while (waiting.TryDequeue(out var seed))
        {
            if (!seed.IsSevere || IsFixed(seed) || !reached.Add(seed))
            {
                continue;
            }

            var whole = IncidentParts.From(seed);
            reached.UnionWith(whole);
            foreach (var (id, isLeftOver, part) in IncidentParts.Of(whole, _sealed.Contains))
            {
                foreach (var member in part)
                {
                    // They may have been together for what is no longer so. Of what is left of an account's nothing but itself says where it belongs.
                    if (member.Incident is { } before && !member.IsLeftOver)
                    {
                        foreach (var other in _of[before].Where(other => !reached.Contains(other)))
                        {
                            waiting.Enqueue(other);
                        }
                    }

                    Move(member, id, isLeftOver);
                }

                // What it shares may have become a hub although nobody has moved.
                Touched.Add(id);
            }
        }

        return reached;
    }

    private void Attach(HashSet<Member> reached)
    {
        var context = reached.SelectMany(EntityIndex.ContextOf).Concat(_changed).Concat(Touched.SelectMany(Of)).Where(member => !member.IsSevere && !IsFixed(member)).ToHashSet();
        var incidentsOf = new Dictionary<SharedEntity, HashSet<string>>();
        var spans = new Dictionary<string, (DateTimeOffset Start, DateTimeOffset End)>(StringComparer.Ordinal);
        foreach (var member in context)
        {
            Move(member, member.JoinedTo is { } with && Find(with) is { Incident: { } joined } ? joined : Best(member), isLeftOver: false);
        }

        string? Best(Member member) => SharedWith(member).GroupBy(id => id)
            .Select(group => (Id: group.Key, Span: SpanOf(group.Key), Count: group.Count()))
            .Where(one => member.Alert.FirstSeen >= one.Span.Start && member.Alert.FirstSeen - one.Span.End <= IncidentBook.Window)
            .OrderByDescending(one => one.Count).ThenBy(one => one.Span.Start).ThenBy(one => one.Id, StringComparer.Ordinal).Select(one => one.Id).FirstOrDefault();

        // A tie of a composite counts as something shared.
        IEnumerable<string> SharedWith(Member member) => EntityIndex.SharedBy(member).SelectMany(IncidentsOf)
            .Concat(EntityIndex.SharedBy(member).SelectMany(shared => shared.Composites).Distinct().Where(member.SharesRequestWith).Select(composite => composite.Incident).OfType<string>().Distinct());

        HashSet<string> IncidentsOf(SharedEntity shared) => incidentsOf.TryGetValue(shared, out var known) ? known : incidentsOf[shared] = EntityIndex.IncidentsOf(shared);

        (DateTimeOffset Start, DateTimeOffset End) SpanOf(string id)
        {
            if (!spans.TryGetValue(id, out var span))
            {
                var severe = Of(id).Where(one => one.IsSevere).Select(one => one.Alert).ToList();
                spans[id] = span = (severe.Min(alert => alert.FirstSeen), severe.Max(alert => alert.LastSeen));
            }

            return span;
        }
    }
}
