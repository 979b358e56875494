using System.Diagnostics.CodeAnalysis;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Grouping;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>
/// What changes to alerts bring about: their records, whom they inhibit, what their groups have to tell, and the notifications that are due. Everything goes into
/// the commit of the message that made the changes. Not thread-safe: it belongs to the <see cref="AlertLoop"/>.
/// </summary>
internal sealed class AlertEffects
{
    private readonly AlertRecords _records = new();
    private readonly Silences _silences;
    private readonly Outbox _outbox;
    private readonly IncidentBook _incidents;
    private readonly EventFailures _failures;
    private Inhibitor _inhibitor;
    private AlertGroups _groups;
    private Fanout _fanout;

    public AlertEffects(AlertRouting routing, Silences silences, Outbox outbox, IncidentBook incidents, EventFailures failures)
    {
        (_silences, _outbox, _incidents, _failures) = (silences, outbox, incidents, failures);
        Configure(routing);
    }

    /// <summary>Adds to a commit what alert changes bring about, and what is due by now anyway.</summary>
    /// <param name="alertChanges">The changes.</param>
    /// <param name="moved">The alerts that belong to another incident than before.</param>
    /// <param name="now">The time.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    /// <returns>What is to be done once the commit is durable: notifications wait for it.</returns>
    public IReadOnlyList<Action> Apply(IReadOnlyList<AlertChange> alertChanges, IEnumerable<Alert> moved, DateTimeOffset now, StateChanges changes)
    {
        foreach (var change in Condense(alertChanges))
        {
            try
            {
                _records.Save(change, changes);
                Inhibit(change);
                _groups.Update(change, now, changes);
            }
            catch (Exception problem)
            {
                Failed("state", change.Alert, problem);
            }
        }

        foreach (var alert in moved)
        {
            _groups.Follow(alert, now, changes);
        }

        var releases = new List<Action>();
        foreach (var due in _groups.Flush(now, changes))
        {
            try
            {
                _fanout.Send(due, changes, releases);
            }
            catch (Exception problem)
            {
                Failed("notification", due.Alerts[0], problem);
            }
        }

        return releases;
    }

    /// <summary>Goes on from what was kept, with the alerts back in the book.</summary>
    public void Restore(AlertBook book, IStateStore store, DateTimeOffset now, StateChanges changes)
    {
        foreach (var alert in book.All)
        {
            _records.Restored(alert);
        }

        GoOn(book, AlertGroups.Read(store), now, changes);
    }

    /// <summary>Goes by another routing from now on. Who was told of an alert by a route that stays is not told of it again.</summary>
    public void Reroute(AlertRouting routing, AlertBook book, DateTimeOffset now, StateChanges changes)
    {
        var told = _groups.Records;
        Configure(routing);
        GoOn(book, told, now, changes);
    }

    [MemberNotNull(nameof(_inhibitor), nameof(_groups), nameof(_fanout))]
    private void Configure(AlertRouting routing)
    {
        _inhibitor = new Inhibitor(routing.Inhibitions);
        _groups = new AlertGroups(routing.Root, HeldBackBy, _incidents.Of, _failures);
        _fanout = new Fanout(routing.Receivers, routing.ExternalUrl, routing.TimeZone, _outbox);
    }

    private void GoOn(AlertBook book, IReadOnlyDictionary<string, GroupRecord> told, DateTimeOffset now, StateChanges changes)
    {
        foreach (var alert in book.All)
        {
            _inhibitor.Update(alert);
        }

        _groups.Restore(book, told, now, changes);
    }

    // Since when it is so, whenever that is noticed: after a restart it is the same event.
    private AlertEvent? HeldBackBy(Alert alert, DateTimeOffset now) =>
        _inhibitor.InhibitedBy(alert) is { } source
            ? new AlertEvent(alert.Id, Later(alert.OpenedAt, source.OpenedAt), "inhibited") { Note = $"by the alert {source.Id} ({source.Detection.Name})" }
        : _silences.ActiveFor(alert, now) is [var silence, ..]
            ? new AlertEvent(alert.Id, Later(alert.OpenedAt, silence.StartsAt), "silenced", silence.CreatedBy) { Note = $"{silence.Comment} (silence {silence.Id}, until {silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC)" }
        : null;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private void Failed(string stage, Alert alert, Exception problem) =>
        _failures.Add(stage, alert.Detection.Name, alert.Cluster, alert.Actor, alert.Requests.Count > 0 ? alert.Requests[^1] : null, problem);

    private void Inhibit(AlertChange change)
    {
        if (change.Kind == AlertChangeKind.Forgotten)
        {
            _inhibitor.Remove(change.Alert.Id);
        }
        else
        {
            _inhibitor.Update(change.Alert);
        }
    }

    // A batch of a burst changes one alert many times: what it has come to counts, and the most that has happened to it.
    private static IEnumerable<AlertChange> Condense(IReadOnlyList<AlertChange> changes)
    {
        if (changes.Count < 2)
        {
            return changes;
        }

        var condensed = new OrderedDictionary<string, AlertChange>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            condensed[change.Alert.Id] = condensed.TryGetValue(change.Alert.Id, out var before) && change.Kind == AlertChangeKind.Repeated
                ? change with { Kind = before.Kind }
                : change;
        }

        return condensed.Values;
    }
}
