using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Notifications.Routing;
using AuditWatch.State;

namespace AuditWatch.Notifications.Grouping;

/// <summary>
/// Decides who is told of which alert, and when. Alerts that a route has in common form groups, as in Alertmanager: a new group is told of after the
/// route's <c>groupWait</c>, further news of it no more often than every <c>groupInterval</c>, and what nobody deals with again every
/// <c>repeatInterval</c>. An alert that has become more severe does not wait for the interval. Where a route groups by incident, an alert follows its
/// incident: what others merge with goes on in the group of the one that stays, which is told of them, and those who know of the other are told so.
/// Those to whom a route escalates have groups of their own beside its, in which an alert is due so long after the route's receiver was told of it. It is long for one class because a change of
/// any of this moves when the rest is due. Not thread-safe.
/// </summary>
/// <param name="root">The route tree.</param>
/// <param name="heldBackBy">Why people are not to be told of an alert for now, as its history has it: it is silenced or inhibited; null if they are to be.</param>
/// <param name="incidentOf">The incident that the alert of an id belongs to; null for none.</param>
/// <param name="failures">Hears of groups that nothing can be told of.</param>
internal sealed class AlertGroups(Route root, Func<Alert, DateTimeOffset, AlertEvent?> heldBackBy, Func<string, Incident?> incidentOf, EventFailures failures)
{
    // What is held back is looked at again this often: when a silence or a mute time ends, nobody calls.
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, AlertGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _groupsOf = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset FlushAt, string Key)> _flushes = [];
    private readonly bool _byIncident = root.All().Any(route => route.GroupBy.Contains(Route.Incident));

    // The alerts that have left a group for others, or for good, since it was asked last what is due.
    private readonly Dictionary<string, (AlertGroup Group, List<Alert> Alerts)> _left = new(StringComparer.Ordinal);

    /// <summary>Puts an alert as it now is into the groups it belongs to.</summary>
    /// <param name="change">The change.</param>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    internal void Update(AlertChange change, DateTimeOffset now, StateChanges changes)
    {
        var alert = change.Alert;
        var places = change.Kind == AlertChangeKind.Forgotten ? [] : PlacesOf(alert).ToArray();
        Leave(alert, places.Select(place => place.Key), changes);
        foreach (var (key, route, escalated) in places)
        {
            var group = _groups.GetValueOrDefault(key);
            if (group is null && (alert.Status == AlertStatus.Closed || (escalated is not null && alert.Status != AlertStatus.Open)))
            {
                continue;
            }

            group ??= _groups[key] = new AlertGroup(key, SubjectOf(key, route, alert), route);
            group.SetEscalated(escalated is null ? null : _groups.GetValueOrDefault(escalated));
            group.Put(alert);
            Schedule(group, WhenToFlush(group, change, now));
        }

        if (places.Length > 0)
        {
            _groupsOf[alert.Id] = [.. places.Select(place => place.Key)];
        }
    }

    /// <summary>Takes in that an alert belongs to another incident than before.</summary>
    internal void Follow(Alert alert, DateTimeOffset now, StateChanges changes)
    {
        if (_byIncident)
        {
            Update(new AlertChange(AlertChangeKind.Repeated, alert), now, changes);
        }
    }

    /// <summary>What is due to be told now. It counts as told: it is for the caller to see that it is.</summary>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed, together with the notifications.</param>
    internal IReadOnlyList<DueNotification> Flush(DateTimeOffset now, StateChanges changes)
    {
        var due = new List<DueNotification>();
        while (_flushes.Count > 0 && _flushes.Min.FlushAt <= now)
        {
            var group = _groups[_flushes.Min.Key];
            Schedule(group, null);
            if (!Try(() => Tell(group, now, changes, due)))
            {
                Schedule(group, now + Recheck);
            }
        }

        foreach (var (group, alerts) in _left.Values.Where(left => left.Group.Log.LastAt is not null && !_groups.ContainsKey(left.Group.Key)))
        {
            Try(() => due.Add(End(group, alerts, now)));
        }

        _left.Clear();
        return due;
    }

    private bool Try(Action tell)
    {
        try
        {
            tell();
            return true;
        }
        catch (Exception problem)
        {
            failures.Add("notification", null, "", "", null, problem);
            return false;
        }
    }

    // Those who know of it are told where it goes on; if it does not, or they are not to be told, the conversation ends without a word.
    private DueNotification End(AlertGroup group, List<Alert> alerts, DateTimeOffset now)
    {
        var goOn = alerts.Where(alert => alert.Status != AlertStatus.Closed && heldBackBy(alert, now) is null
            && _groupsOf.GetValueOrDefault(alert.Id, []).Any(key => _groups.GetValueOrDefault(key)?.Route == group.Route)).ToList();
        return DueNotification.Of(group, NotificationKind.Merged, goOn.Count > 0 ? goOn : alerts, incidentOf, now) with { IsSilent = goOn.Count == 0 || group.Route.MutedAt(now) is not null };
    }

    private void Tell(AlertGroup group, DateTimeOffset now, StateChanges changes, List<DueNotification> due)
    {
        if (group.Route.MutedAt(now) is { } why)
        {
            Note(group.HoldBack(now, alert => new AlertEvent(alert.Id, now, "muted", group.Route.Receiver) { Note = why }), changes);
            Schedule(group, now + Recheck);
            return;
        }

        Note(group.HoldBack(now, alert => heldBackBy(alert, now)), changes);
        if (group.Due(now, out var holdsBack) is var (kind, alerts))
        {
            due.Add(DueNotification.Of(group, kind, alerts, incidentOf, now));
            if (kind == NotificationKind.Acknowledged)
            {
                // That somebody deals with it tells nothing of the alerts themselves, and puts off nothing that is to be told of them.
                group.NotifyHandled(alerts);
            }
            else
            {
                Note(Escalated(group, alerts, now), changes);
                group.Notify(alerts, now);
                foreach (var escalation in group.Escalations)
                {
                    Schedule(escalation, Earlier(escalation.FlushAt, escalation.NextEscalation));
                }
            }

            changes.Put(StateTables.Groups, group.Key, GroupJson.Write(group.Log.Record));
        }

        RemoveIfEmpty(group, changes);
        if (!group.IsEmpty)
        {
            var next = group.CallsForReminder ? (group.Log.LastAt ?? now) + group.Route.RepeatInterval : group.NextEscalation is { } at && at > now ? at : (DateTimeOffset?)null;
            Schedule(group, holdsBack ? now + Recheck : next);
        }
    }

    /// <summary>What the groups have told, by their keys.</summary>
    internal IReadOnlyDictionary<string, GroupRecord> Records => _groups.Values.Where(group => group.Log.LastAt is not null).ToDictionary(group => group.Key, group => group.Log.Record, StringComparer.Ordinal);

    /// <summary>The records of groups that a state holds, by their keys.</summary>
    internal static IReadOnlyDictionary<string, GroupRecord> Read(IStateStore store) =>
        store.Read(StateTables.Groups).ToDictionary(row => row.Text("key"), row => GroupJson.Read(row.Bytes("value")), StringComparer.Ordinal);

    /// <summary>Takes over what was known before a restart, or by the groups of another route tree.</summary>
    /// <param name="book">The alerts.</param>
    /// <param name="records">What was known, by the keys of groups.</param>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    internal void Restore(AlertBook book, IReadOnlyDictionary<string, GroupRecord> records, DateTimeOffset now, StateChanges changes)
    {
        foreach (var alert in book.All)
        {
            foreach (var (key, route, _) in PlacesOf(alert))
            {
                if (records.TryGetValue(key, out var record) && record.Notified.ContainsKey(alert.Id) && !_groups.ContainsKey(key))
                {
                    _groups[key] = new AlertGroup(key, SubjectOf(key, route, alert), route);
                    _groups[key].Log.Restore(record, now);
                }
            }
        }

        foreach (var alert in book.All)
        {
            Update(new AlertChange(AlertChangeKind.Opened, alert), now, changes);
        }

        foreach (var key in records.Keys.Where(key => !_groups.ContainsKey(key)))
        {
            changes.Delete(StateTables.Groups, key);
        }
    }

    // For the histories of alerts that those to whom they are escalated have not been told of.
    private static IEnumerable<AlertEvent> Escalated(AlertGroup group, IReadOnlyList<Alert> alerts, DateTimeOffset now) => group.Route.Escalation is not { } escalation ? [] :
    [
        .. alerts.Where(alert => !group.Log.Contains(alert.Id))
            .Select(alert => new AlertEvent(alert.Id, now, "escalated", group.Route.Receiver) { Note = MessageNews.Of(escalation), Level = alert.Level, Count = alert.Count }),
    ];

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => b is null || a < b ? a : b;

    private static void Note(IEnumerable<AlertEvent> news, StateChanges changes)
    {
        foreach (var heldBack in news)
        {
            heldBack.AddTo(changes);
        }
    }

    // A fresh group waits for its wait, and one that its receiver knows of for the rest of the interval; what cannot wait for that does not, such as that somebody deals with it.
    private static DateTimeOffset? WhenToFlush(AlertGroup group, AlertChange change, DateTimeOffset now)
    {
        var kind = change.Kind;
        if (group.Log.IsHandled(change.Alert) && kind is AlertChangeKind.Acknowledged or AlertChangeKind.Closed)
        {
            return now;
        }

        var soon = now + group.Route.GroupWait;
        var when = group.Log.LastAt is { } last && !(kind is AlertChangeKind.Risen || (kind is AlertChangeKind.Closed && group.IsOver))
            ? (last + group.Route.GroupInterval is var later && later > now ? later : now)
            : soon;
        return kind == AlertChangeKind.Acknowledged ? group.FlushAt : group.FlushAt < when ? group.FlushAt : when;
    }

    // A more severe alert may go other ways than before, and one of another incident does.
    private void Leave(Alert alert, IEnumerable<string> except, StateChanges changes)
    {
        if (_groupsOf.Remove(alert.Id, out var before))
        {
            foreach (var group in before.Except(except).Select(key => _groups.GetValueOrDefault(key)).OfType<AlertGroup>())
            {
                group.Remove(alert.Id);
                (_left.TryGetValue(group.Key, out var left) ? left : _left[group.Key] = (group, [])).Alerts.Add(alert);
                RemoveIfEmpty(group, changes);
            }
        }
    }

    private void Schedule(AlertGroup group, DateTimeOffset? when)
    {
        if (group.FlushAt is { } before)
        {
            _flushes.Remove((before, group.Key));
        }

        group.FlushAt = when;
        if (when is { } at)
        {
            _flushes.Add((at, group.Key));
        }
    }

    private void RemoveIfEmpty(AlertGroup? group, StateChanges changes)
    {
        if (group is { IsEmpty: true })
        {
            Schedule(group, null);
            group.SetEscalated(null);
            _groups.Remove(group.Key);
            changes.Delete(StateTables.Groups, group.Key);
        }
    }

    // A route comes before those that it escalates to.
    private IEnumerable<(string Key, Route Route, string? Escalated)> PlacesOf(Alert alert)
    {
        foreach (var route in root.Match(alert))
        {
            var key = KeyOf(route, alert);
            yield return (key, route, null);
            foreach (var escalation in route.Escalate)
            {
                yield return (KeyOf(escalation, alert), escalation, key);
            }
        }
    }

    private string KeyOf(Route route, Alert alert) => route.GroupBy is [Route.EachAlert]
        ? Fingerprint.Hash([route.Path, alert.Id])
        : Fingerprint.Hash([route.Path, .. route.GroupBy.SelectMany(label => ValuesOf(alert, label).Prepend(label))]);

    private string SubjectOf(string key, Route route, Alert alert) => route.GroupBy switch
    {
        [Route.EachAlert] => alert.Id,
        [Route.Incident] => ValuesOf(alert, Route.Incident)[0],
        _ => key,
    };

    // An alert of no incident is a story of its own, and begins the one that it makes if it becomes more severe.
    private IReadOnlyList<string> ValuesOf(Alert alert, string label) =>
        label == Route.Incident ? [incidentOf(alert.Id)?.Id ?? IncidentParts.IdOf(alert.Id)] : AlertLabels.ValuesOf(alert, label);
}
