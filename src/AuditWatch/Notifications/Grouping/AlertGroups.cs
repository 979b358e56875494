using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Routing;
using AuditWatch.State;

namespace AuditWatch.Notifications.Grouping;

/// <summary>
/// Decides who is told of which alert, and when. Alerts that a route has in common form groups, as in Alertmanager: a new group is told of after the
/// route's <c>groupWait</c>, further news of it no more often than every <c>groupInterval</c>, and what nobody deals with again every
/// <c>repeatInterval</c>. An alert that has become more severe does not wait for the interval. Not thread-safe.
/// </summary>
/// <param name="root">The route tree.</param>
/// <param name="heldBackBy">Why people are not to be told of an alert for now, as its history has it: it is silenced or inhibited; null if they are to be.</param>
/// <param name="failures">Hears of groups that nothing can be told of. Default: nobody does.</param>
internal sealed class AlertGroups(Route root, Func<Alert, DateTimeOffset, AlertEvent?> heldBackBy, EventFailures? failures = null)
{
    // What is held back is looked at again this often: when a silence or a mute time ends, nobody calls.
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, AlertGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _groupsOf = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset FlushAt, string Key)> _flushes = [];

    /// <summary>When to call <see cref="Flush"/> next; null for not before an alert changes.</summary>
    public DateTimeOffset? NextFlush => _flushes.Count == 0 ? null : _flushes.Min.FlushAt;

    /// <summary>Puts an alert as it now is into the groups it belongs to.</summary>
    /// <param name="change">The change.</param>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    internal void Update(AlertChange change, DateTimeOffset now, StateChanges changes)
    {
        var alert = change.Alert;
        var places = change.Kind == AlertChangeKind.Forgotten ? [] : root.Match(alert).Select(route => (Key: KeyOf(route, alert), Route: route)).ToArray();
        Leave(alert, places.Select(place => place.Key), changes);
        foreach (var (key, route) in places)
        {
            var group = _groups.GetValueOrDefault(key);
            if (group is null && alert.Status == AlertStatus.Closed)
            {
                continue;
            }

            group ??= _groups[key] = new AlertGroup(key, route);
            group.Put(alert);
            Schedule(group, WhenToFlush(group, change.Kind, now));
        }

        if (places.Length > 0)
        {
            _groupsOf[alert.Id] = [.. places.Select(place => place.Key)];
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
            try
            {
                Tell(group, now, changes, due);
            }
            catch (Exception problem)
            {
                failures?.Add("notification", null, "", "", null, problem);
                Schedule(group, now + Recheck);
            }
        }

        return due;
    }

    private void Tell(AlertGroup group, DateTimeOffset now, StateChanges changes, List<DueNotification> due)
    {
        if (group.Route.MutedAt(now) is { } why)
        {
            Note(group.HoldBack(alert => new AlertEvent(alert.Id, now, "muted", group.Route.Receiver) { Note = why }), changes);
            Schedule(group, now + Recheck);
            return;
        }

        Note(group.HoldBack(alert => heldBackBy(alert, now)), changes);
        if (group.Due(now, out var holdsBack) is var (kind, alerts))
        {
            var told = group.Log.Told(alerts);
            group.Notify(alerts, now);
            due.Add(new DueNotification(group.Route, alerts, new Notification
            {
                Id = Fingerprint.Hash([group.Key, now.UtcTicks.ToString("x16", null)]),
                Kind = kind,
                GroupKey = group.Key,
                Receiver = group.Route.Receiver,
                DueAt = now,
                Alerts = Notification.Choose(alerts),
                Told = told,
                MoreAlerts = Math.Max(0, alerts.Count - Notification.MaxAlerts),
            }));
            changes.Put(StateTables.Groups, group.Key, GroupJson.Write(group.Log.Record));
        }

        RemoveIfEmpty(group, changes);
        if (!group.IsEmpty)
        {
            Schedule(group, holdsBack ? now + Recheck : group.CallsForReminder ? (group.Log.LastAt ?? now) + group.Route.RepeatInterval : null);
        }
    }

    /// <summary>Takes back what was known before a restart.</summary>
    /// <param name="book">The alerts.</param>
    /// <param name="store">What was kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    internal void Restore(AlertBook book, IStateStore store, DateTimeOffset now, StateChanges changes)
    {
        var records = store.Read(StateTables.Groups).ToDictionary(row => row.Text("key"), row => GroupJson.Read(row.Bytes("value")), StringComparer.Ordinal);
        foreach (var alert in book.All)
        {
            foreach (var route in root.Match(alert))
            {
                var key = KeyOf(route, alert);
                if (records.TryGetValue(key, out var record) && record.Notified.ContainsKey(alert.Id) && !_groups.ContainsKey(key))
                {
                    _groups[key] = new AlertGroup(key, route);
                    _groups[key].Log.Restore(record);
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

    private static void Note(IEnumerable<AlertEvent> news, StateChanges changes)
    {
        foreach (var heldBack in news)
        {
            heldBack.AddTo(changes);
        }
    }

    // A fresh group waits for its wait, and one that its receiver knows of for the rest of the interval; what cannot wait for that does not.
    private static DateTimeOffset? WhenToFlush(AlertGroup group, AlertChangeKind kind, DateTimeOffset now)
    {
        var soon = now + group.Route.GroupWait;
        var when = group.Log.LastAt is { } last && !(kind is AlertChangeKind.Risen || (kind is AlertChangeKind.Closed && group.IsOver))
            ? (last + group.Route.GroupInterval is var later && later > now ? later : now)
            : soon;
        return kind == AlertChangeKind.Acknowledged ? group.FlushAt : group.FlushAt < when ? group.FlushAt : when;
    }

    // A more severe alert may go other ways than before.
    private void Leave(Alert alert, IEnumerable<string> except, StateChanges changes)
    {
        if (_groupsOf.Remove(alert.Id, out var before))
        {
            foreach (var group in before.Except(except).Select(key => _groups.GetValueOrDefault(key)).OfType<AlertGroup>())
            {
                group.Remove(alert.Id);
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
            _groups.Remove(group.Key);
            changes.Delete(StateTables.Groups, group.Key);
        }
    }

    private static string KeyOf(Route route, Alert alert) => route.GroupBy is [Route.EachAlert]
        ? Fingerprint.Hash([route.Path, alert.Id])
        : Fingerprint.Hash([route.Path, .. route.GroupBy.SelectMany(label => AlertLabels.ValuesOf(alert, label).Prepend(label))]);
}

/// <summary>A notification that is due.</summary>
/// <param name="Route">The route by whose receiver it goes out.</param>
/// <param name="Alerts">All alerts that it is about, the most severe first.</param>
/// <param name="Notification">What people are told: of the first of them in full, and how many more there are.</param>
internal sealed record DueNotification(Route Route, IReadOnlyList<Alert> Alerts, Notification Notification)
{
    /// <summary>What programs are told: of every alert, in as many notifications as it takes.</summary>
    public IEnumerable<Notification> Parts => Alerts.Chunk(Notification.MaxAlerts).Select((part, index) => index == 0 ? Notification with { MoreAlerts = 0 } : Notification with
    {
        Id = Fingerprint.Hash([Notification.Id, index.ToString("x", null)]),
        GroupKey = Fingerprint.Hash([Notification.GroupKey, index.ToString("x", null)]),
        Alerts = part,
        MoreAlerts = 0,
    });
}
