using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>
/// Which alerts belong to which incident. Nothing depends on the order of arrival: what belongs together is worked out anew from all alerts that a change reaches, but for what people have
/// decided: they join alerts, set them apart, and seal an incident, which no other alert joins then. Not thread-safe.
/// </summary>
/// <param name="failures">See <see cref="EntityIndex"/>.</param>
internal sealed class IncidentMembers(EventFailures? failures = null)
{
    private readonly EntityIndex _index = new(failures);
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Member>> _of = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sealed = new(StringComparer.Ordinal);
    private readonly HashSet<Member> _changed = [];

    // The incidents of alerts that have changed without a change of where any alert belongs.
    private readonly HashSet<string> _toRetell = new(StringComparer.Ordinal);

    /// <summary>The incidents whose alerts, or what these are, have changed; the reader clears it.</summary>
    public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);

    /// <summary>The alerts that belong elsewhere than before, or by other reasons; the reader clears it.</summary>
    public HashSet<Member> Moved { get; } = [];

    /// <summary>How many entities have come to be shared by too many, of each kind; the reader clears it.</summary>
    public Dictionary<EntityKind, int> Hubs => _index.Hubs;

    /// <summary>How many entities of alerts were beyond what one may have; the reader clears it.</summary>
    public int Beyond { get => _index.Beyond; set => _index.Beyond = value; }

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
            if (!ReferenceEquals(member.Alert.Requests, alert.Requests) || member.IsSevere != alert.Level >= Member.Least)
            {
                _index.Remove(member);
                member.Alert = alert;
                _index.Add(member);
                _changed.Add(member);
            }
            else if (_index.Moved(member, alert))
            {
                _changed.Add(member);
            }
        }

        member.Alert = alert;
        if (member.Incident is { } id)
        {
            _toRetell.Add(id);
        }
    }

    /// <summary>Works out what belongs together after all that has been taken in and decided.</summary>
    public void Regroup()
    {
        new IncidentGrouping(this, _index).Regroup(_changed);
        _changed.Clear();
        Touched.UnionWith(_toRetell);
        _toRetell.Clear();
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
            IncidentDecisions.Join(member, Find(member.JoinedTo!));
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

    /// <summary>Takes an alert out of everything that it was in, into an incident that people have made.</summary>
    public void Put(Member member, string incident)
    {
        _index.Remove(member);
        _changed.Remove(member);
        (member.SetApart, member.JoinedTo) = (incident, null);
        Move(member, incident, isLeftOver: false);
        Moved.Add(member);
    }

    /// <summary>Lets an alert that people had put somewhere belong where what it shares says.</summary>
    public void Release(Member member)
    {
        member.SetApart = null;
        _index.Add(member);
        _changed.Add(member);
    }

    /// <summary>Has it worked out anew where an alert belongs.</summary>
    public void Reconsider(Member member)
    {
        if (!IsFixed(member))
        {
            _changed.Add(member);
        }
    }

    private void Forget(string alert)
    {
        if (!_members.Remove(alert, out var member))
        {
            return;
        }

        new IncidentDecisions(this).Part(member);
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

    /// <summary>Whether people have decided where it belongs.</summary>
    public bool IsFixed(Member member) => member.SetApart is not null || (member.Incident is { } id && _sealed.Contains(id));

    /// <summary>Whether no other alert joins an incident.</summary>
    public bool IsSealed(string incident) => _sealed.Contains(incident);

    private void Touch(Member member)
    {
        if (member.Incident is { } id)
        {
            Touched.Add(id);
        }
    }

    /// <summary>Puts an alert into an incident; null for none.</summary>
    public void Move(Member member, string? id, bool isLeftOver)
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
}
