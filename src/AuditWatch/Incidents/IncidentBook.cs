using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>
/// The stage after alerts: which of them tell one story, and how far people have dealt with it. An alert of level medium or above makes an incident; those that share something within six
/// hours, or that a composite ties, make one together. What is below medium belongs to an incident that it shares something with and that had begun by then; by itself it makes none.
/// <code>
///   alert ─▶ AlertEntities ─▶ SharedEntity ────▶ IncidentParts ──▶ IncidentStory ─▶ Incident
///            who, whose, what   runs in time,       what hangs        title, level,
///            it is about        hubs join nobody    together          tactics
/// </code>
/// Clusters are never joined. What too many share (an address of many clients, the control plane, a deployer) joins nobody; what is left of the alerts of such an account, with no story of
/// their own, is an incident in each six hours. An incident that would have more than <see cref="IncidentParts.MaxMembers"/> alerts of several actors falls into what holds together without
/// what most of it shares. See <see cref="IncidentMembers"/>.
/// <code>
///   open ──▶ acknowledged ──▶ closed       by people, for a reason: no other alert joins it. Or when its last alert is closed: then one that joins it opens it again.
///    ▲──────────────────────────┘
/// </code>
/// As large as the book of alerts allows: an alert that has left that leaves this, and an incident goes with its last alert. It is long for one class
/// because what people do and what alerts bring change the same lives. Not thread-safe.
/// </summary>
/// <param name="failures">See <see cref="EntityIndex"/>.</param>
internal sealed class IncidentBook(EventFailures? failures = null)
{
    /// <summary>How long, in event time, nothing may have happened for what comes next to be the same story.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(6);

    private const string AlertsClosed = "all its alerts are closed";

    private readonly IncidentMembers _members = new(failures);
    private readonly Dictionary<string, Incident> _incidents = new(StringComparer.Ordinal);
    private readonly List<IncidentEvent> _happened = [];

    // What people have changed, and who has merged what, since incidents were told last.
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _mergedBy = new(StringComparer.Ordinal);

    private IncidentDecisions Decisions => new(_members);

    /// <summary>The incidents.</summary>
    public IReadOnlyCollection<Incident> All => _incidents.Values;

    /// <summary>The incidents of a log of the past.</summary>
    /// <param name="alerts">Its alerts, in any order.</param>
    /// <returns>The incidents, and of each alert that belongs to one, which.</returns>
    public static (IReadOnlyList<Incident> Incidents, IReadOnlyDictionary<string, Incident> ByAlert) Of(IEnumerable<Alert> alerts)
    {
        var book = new IncidentBook();
        book.Apply([.. alerts.Select(alert => new AlertChange(AlertChangeKind.Opened, alert))], default);
        var byAlert = new Dictionary<string, Incident>(StringComparer.Ordinal);
        foreach (var incident in book.All)
        {
            foreach (var member in book._members.Of(incident.Id))
            {
                byAlert[member.Alert.Id] = incident;
            }
        }

        return ([.. book.All], byAlert);
    }

    /// <summary>The incident that an alert belongs to; null if it belongs to none.</summary>
    /// <param name="alert">The alert's id.</param>
    public Incident? Of(string alert) => _members.Find(alert)?.Incident is { } id ? _incidents.GetValueOrDefault(id) : null;

    /// <summary>The incident of an id; null if there is none.</summary>
    public Incident? Find(string id) => _incidents.GetValueOrDefault(id);

    /// <summary>The ids of all alerts of an incident.</summary>
    internal IReadOnlyList<string> AlertsOf(string id) => [.. _members.Of(id).Select(member => member.Alert.Id)];

    /// <summary>How many entities have come to be shared by too many since this was asked last, by kind.</summary>
    internal IReadOnlyDictionary<EntityKind, int> DrainHubs()
    {
        var hubs = new Dictionary<EntityKind, int>(_members.Hubs);
        _members.Hubs.Clear();
        return hubs;
    }

    /// <summary>How many entities of alerts, since this was asked last, were beyond what one may have.</summary>
    internal int DrainBeyond()
    {
        var beyond = _members.Beyond;
        _members.Beyond = 0;
        return beyond;
    }

    /// <summary>Takes in what has happened to alerts, and what people have done since the call before.</summary>
    /// <param name="changes">What has happened.</param>
    /// <param name="now">When.</param>
    /// <returns>What has become of incidents.</returns>
    internal IncidentChanges Apply(IReadOnlyList<AlertChange> changes, DateTimeOffset now)
    {
        foreach (var change in changes)
        {
            _members.Apply(change);
        }

        _members.Regroup();
        var gone = _members.Touched.Where(id => _members.Of(id).Count == 0).Select(id => _incidents.Remove(id, out var left) ? left : null).OfType<Incident>()
            .OrderBy(left => left.Id, StringComparer.Ordinal).ToList();
        var changed = _members.Touched.Where(id => _members.Of(id).Count > 0 && Retell(id, now)).ToHashSet(StringComparer.Ordinal);
        gone = gone.ConvertAll(left => End(left, changed, now));
        var placed = _members.Moved.Select(member => new AlertPlace(member.Alert.Id, member.Incident, member.JoinedTo)).ToList();
        var happened = _happened.ToList();
        _members.Touched.Clear();
        _members.Moved.Clear();
        _happened.Clear();
        _mergedBy.Clear();
        return new IncidentChanges([.. changed.Order(StringComparer.Ordinal).Select(id => _incidents[id])], gone, placed, happened);
    }

    /// <summary>Does what a person wants with an incident; what comes of it, the next <see cref="Apply"/> says. Its alerts are for the caller to acknowledge and close.</summary>
    /// <param name="id">The incident.</param>
    /// <param name="action">What to do.</param>
    /// <param name="now">When.</param>
    /// <param name="problem">Why it cannot be done, for a person; null if it is.</param>
    /// <returns>The ids of the alerts that it was done with, of which one leads to the incident that comes of it.</returns>
    internal IReadOnlyList<string> Do(string id, IncidentAction action, DateTimeOffset now, out string? problem)
    {
        problem = _incidents.TryGetValue(id, out var incident) ? new IncidentObjections(_members, Find).To(incident, action) : $"there is no incident '{id}'";
        if (problem is not null)
        {
            return [];
        }

        var alerts = AlertsOf(id);
        switch (action)
        {
            case IncidentAction.Acknowledge:
                Set(incident! with { Status = AlertStatus.Acknowledged, Assignee = action.By }, now, "acknowledged", action.By);
                break;
            case IncidentAction.Assign assign:
                Set(incident! with { Assignee = assign.To }, now, "assigned", action.By, assign.To);
                break;
            case IncidentAction.Note note:
                Set(incident!, now, "note", action.By, note.Text);
                break;
            case IncidentAction.Close close:
                _members.Seal(id);
                Set(incident! with { Status = AlertStatus.Closed, ClosedBy = action.By, CloseReason = close.Reason, CloseNote = close.Text }, now, "closed", action.By, Said(close));
                break;
            case IncidentAction.Reopen:
                _members.Unseal(id);
                Set(Opened(incident!), now, "reopened", action.By);
                break;
            case IncidentAction.Split split:
                alerts = [.. split.Alerts.Distinct(StringComparer.Ordinal)];
                var apart = Decisions.SetApart([.. alerts.Select(alert => _members.Find(alert)!)]);
                Set(incident!, now, "split", action.By, apart);
                _incidents[apart] = IncidentStory.Tell(apart, _members.Of(apart)) with { IsSetApart = true, ChangedAt = now };
                Set(_incidents[apart], now, "split", action.By, $"from {id}");
                break;
            case IncidentAction.Merge merge:
                foreach (var other in merge.With.Distinct(StringComparer.Ordinal))
                {
                    Decisions.Merge(id, other);
                    (_mergedBy[id], _mergedBy[other]) = (action.By, action.By);
                }

                break;
        }

        return alerts;
    }

    /// <summary>What the alerts of an incident that is closed are closed for.</summary>
    internal static string Said(IncidentAction.Close close) => string.IsNullOrEmpty(close.Text) ? close.Reason.Word() : $"{close.Reason.Word()}: {close.Text}";

    /// <summary>Goes on from what was kept; once, before anything else. <see cref="Apply"/> says of what nothing was kept.</summary>
    /// <param name="alerts">The alerts.</param>
    /// <param name="places">Where they belonged.</param>
    /// <param name="incidents">The incidents; what alerts say is told anew.</param>
    internal void Restore(IEnumerable<Alert> alerts, IReadOnlyDictionary<string, AlertPlace> places, IReadOnlyDictionary<string, Incident> incidents)
    {
        _members.Restore(alerts, id => places.TryGetValue(id, out var place) && place.IncidentId is { } at && incidents.TryGetValue(at, out var incident)
            ? (at, place.JoinedTo, incident.IsSetApart, incident.ClosedBy is not null) : null);
        foreach (var (id, kept) in incidents)
        {
            if (_members.Of(id) is { Count: > 0 } members)
            {
                _incidents[id] = WithLife(IncidentStory.Tell(id, members, kept), kept) with { ChangedAt = kept.ChangedAt };
            }
        }
    }

    private void Set(Incident incident, DateTimeOffset now, string happened, string who, string note = "")
    {
        _incidents[incident.Id] = Log(incident with { ChangedAt = now }, now, happened, who, note);
        _members.Touched.Add(incident.Id);
        _changed.Add(incident.Id);
    }

    private Incident Log(Incident incident, DateTimeOffset now, string happened, string who, string note)
    {
        var number = incident.Events + 1;
        _happened.Add(new IncidentEvent(incident.Id, number, now, happened, who, note));
        return incident with { Events = number };
    }

    private bool Retell(string id, DateTimeOffset now)
    {
        var before = _incidents.GetValueOrDefault(id);
        var told = IncidentStory.Tell(id, _members.Of(id), before);
        if (before is null)
        {
            told = Log(told with { ChangedAt = now }, now, "opened", "", told.Level.Word());
        }
        else
        {
            told = WithLife(told, before) with { ChangedAt = now };
            told = told.Level > before.Level ? Log(told, now, "risen", "", told.Level.Word()) : told;
        }

        if (told is { OpenAlerts: 0, Status: not AlertStatus.Closed } && before is null or { OpenAlerts: > 0 })
        {
            told = Log(told with { Status = AlertStatus.Closed, CloseNote = AlertsClosed }, now, "closed", "", AlertsClosed);
        }
        else if (told is { OpenAlerts: > 0, Status: AlertStatus.Closed, ClosedBy: null })
        {
            told = Log(Opened(told), now, "reopened", "", "another alert joined it");
        }

        if (before is not null && told.IsSame(before) && !_changed.Remove(id))
        {
            return false;
        }

        _changed.Remove(id);
        _incidents[id] = told;
        return true;
    }

    // It has become part of the one where its first alert is now, and whoever had it has that; or its last alert has left.
    private Incident End(Incident left, HashSet<string> changed, DateTimeOffset now)
    {
        if (left.Alerts.Select(alert => _members.Find(alert)?.Incident).FirstOrDefault(id => id is not null) is not { } into)
        {
            return left.Status == AlertStatus.Closed ? left : Log(left with { Status = AlertStatus.Closed, CloseNote = AlertsClosed, OpenAlerts = 0, ChangedAt = now }, now, "closed", "", AlertsClosed);
        }

        var by = _mergedBy.GetValueOrDefault(left.Id, "");
        var heir = _incidents[into];
        var inherits = left is { Assignee: not null, Status: not AlertStatus.Closed } && heir is { Assignee: null, Status: not AlertStatus.Closed };
        _incidents[into] = Log(inherits ? heir with { Assignee = left.Assignee, Status = left.Status, ChangedAt = now } : heir with { ChangedAt = now }, now, "merged", by, $"with {left.Id}");
        changed.Add(into);
        return Log(left with { Status = AlertStatus.Closed, MergedInto = into, CloseNote = $"it is part of {into}", OpenAlerts = 0, ChangedAt = now }, now, "merged", by, $"into {into}");
    }

    private static Incident Opened(Incident incident) =>
        incident with { Status = incident.Assignee is null ? AlertStatus.Open : AlertStatus.Acknowledged, ClosedBy = null, CloseReason = null, CloseNote = null };

    private static Incident WithLife(Incident told, Incident life) => told with
    {
        Status = life.Status,
        Assignee = life.Assignee,
        ClosedBy = life.ClosedBy,
        CloseReason = life.CloseReason,
        CloseNote = life.CloseNote,
        IsSetApart = life.IsSetApart,
        Events = life.Events,
        ChangedAt = life.ChangedAt,
    };
}
