using System.Diagnostics.Metrics;
using AuditWatch.Alerts;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Grouping;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>
/// Everything that happens to alerts in a service passes here, one thing at a time: what a batch found, what people do, and that time goes by. Each
/// makes one commit, in which the alerts, what their groups have told and the notifications that are due stand or fall together. Thread-safe.
/// </summary>
public sealed class AlertStage : IDisposable
{
    /// <summary>How often it is looked whether a time has come.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string SilenceTable = "silences";

    private static readonly Meter Meter = new("AuditWatch");

    private readonly AlertBook _book;
    private readonly AlertGroups _groups;
    private readonly Inhibitor _inhibitor;
    private readonly Silences _silences = new();
    private readonly AlertRouting _routing;
    private readonly Dictionary<string, Receiver> _receivers;
    private readonly Outbox _outbox;
    private readonly IStateStore _store;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private ITimer? _timer;

    /// <summary>A stage that goes on where the state was left.</summary>
    /// <param name="book">The alerts; empty.</param>
    /// <param name="routing">Who is told of which alerts.</param>
    /// <param name="outbox">Takes notifications that are due.</param>
    /// <param name="store">The state.</param>
    /// <param name="time">The time.</param>
    public AlertStage(AlertBook book, AlertRouting routing, Outbox outbox, IStateStore store, TimeProvider time)
    {
        _book = book;
        _groups = new AlertGroups(routing.Root, (alert, now) => _inhibitor!.InhibitedBy(alert) is not null || _silences.ActiveFor(alert, now).Count > 0);
        _inhibitor = new Inhibitor(routing.Inhibitions);
        _routing = routing;
        _receivers = routing.Receivers.ToDictionary(receiver => receiver.Name, StringComparer.Ordinal);
        _outbox = outbox;
        _store = store;
        _time = time;
        Restore();
        Meter.CreateObservableGauge("auditwatch.alerts", () => OpenCount, "{alert}", "Alerts that are not closed.");
    }

    /// <summary>Begins to let time go by.</summary>
    public void Start() => _timer ??= _time.CreateTimer(_ => PassTime(), null, Interval, Interval);

    /// <summary>Takes the findings of a batch in.</summary>
    /// <param name="outcome">What the batch came to.</param>
    /// <param name="changes">What else is to be committed with it.</param>
    /// <returns>The changes to alerts, and a task that completes when everything is durable.</returns>
    public AlertsChanged Take(BatchOutcome outcome, StateChanges changes)
    {
        lock (_lock)
        {
            var alertChanges = _book.Apply(outcome.Findings);
            return new AlertsChanged(alertChanges, Commit(alertChanges, changes));
        }
    }

    /// <summary>Takes in what the watch on the sources has to say.</summary>
    /// <returns>Completes when it is durable.</returns>
    public Task ReportAsync(WatchReport report)
    {
        if (report.Found.Count == 0 && report.Over.Count == 0)
        {
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            return Commit([.. _book.Apply(report.Found), .. report.Over.Select(_book.CloseLike).OfType<AlertChange>()], new StateChanges());
        }
    }

    /// <summary>Closes what has been quiet, and tells what is due by now.</summary>
    public void PassTime()
    {
        lock (_lock)
        {
            var closed = _book.CloseQuiet();
            if (closed.Count > 0 || _groups.NextLook <= _time.GetUtcNow())
            {
                Commit(closed, new StateChanges());
            }
        }
    }

    /// <summary>Somebody takes an open alert on.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>Whether there is such an open alert. Completes when it is durable.</returns>
    public Task<bool> AcknowledgeAsync(string id, string by) => ChangeAsync(() => _book.Acknowledge(id, by));

    /// <summary>Somebody closes an alert.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>Whether there is such an alert that was not closed. Completes when it is durable.</returns>
    public Task<bool> CloseAsync(string id, string by) => ChangeAsync(() => _book.Close(id, by));

    /// <summary>The alerts, as they stand.</summary>
    public IReadOnlyList<Alert> Alerts
    {
        get
        {
            lock (_lock)
            {
                return [.. _book.All];
            }
        }
    }

    /// <summary>How many alerts are not closed.</summary>
    public int OpenCount
    {
        get
        {
            lock (_lock)
            {
                return _book.OpenCount;
            }
        }
    }

    /// <summary>The silences, those that are over among them.</summary>
    public IReadOnlyList<Silence> Silences
    {
        get
        {
            lock (_lock)
            {
                return _silences.All;
            }
        }
    }

    /// <summary>Somebody silences alerts.</summary>
    /// <param name="silence">The silence, with which nothing is wrong.</param>
    /// <returns>Whether there was room for it. Completes when it is durable.</returns>
    public async Task<bool> AddAsync(Silence silence)
    {
        Task durable;
        lock (_lock)
        {
            if (!_silences.TryAdd(silence, _time.GetUtcNow(), out var forgotten))
            {
                return false;
            }

            var changes = new StateChanges();
            changes.Put(SilenceTable, silence.Id, SilenceJson.Serialize(silence));
            if (forgotten is not null)
            {
                changes.Delete(SilenceTable, forgotten.Id);
            }

            durable = _store.CommitAsync(changes);
        }

        await durable;
        return true;
    }

    /// <summary>Somebody ends a silence.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Why it cannot be ended, for a person; null if it is. Completes when that is durable.</returns>
    public async Task<string?> ExpireAsync(string id)
    {
        Task durable;
        lock (_lock)
        {
            if (_silences.Expire(id, _time.GetUtcNow(), out var problem) is not { } expired)
            {
                return problem;
            }

            var changes = new StateChanges();
            changes.Put(SilenceTable, id, SilenceJson.Serialize(expired));
            durable = _store.CommitAsync(changes);
        }

        await durable;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private async Task<bool> ChangeAsync(Func<AlertChange?> change)
    {
        Task durable;
        lock (_lock)
        {
            if (change() is not { } made)
            {
                return false;
            }

            durable = Commit([made], new StateChanges());
        }

        await durable;
        return true;
    }

    private Task Commit(IReadOnlyList<AlertChange> alertChanges, StateChanges changes)
    {
        var now = _time.GetUtcNow();
        foreach (var change in Condense(alertChanges))
        {
            AlertRecords.Save(change, changes);
            Inhibit(change);
            _groups.Take(change, now, changes);
        }

        var releases = new List<Action>();
        foreach (var due in _groups.TakeDue(now, changes))
        {
            Send(due, changes, releases);
        }

        if (changes.All.Count == 0)
        {
            return Task.CompletedTask;
        }

        var durable = _store.CommitAsync(changes);
        return releases.Count == 0 ? durable : ReleaseAsync(durable, releases);
    }

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

    private void Send(DueNotification due, StateChanges changes, List<Action> releases)
    {
        foreach (var integration in _receivers[due.Route.Receiver].Integrations)
        {
            if (due.Notification.Kind != NotificationKind.Closed || integration.SendResolved)
            {
                foreach (var notification in integration.IsForPeople ? [due.Notification] : due.Parts)
                {
                    releases.Add(_outbox.Add(notification with { ExternalUrl = _routing.ExternalUrl }, integration.Notifier.Name, changes));
                }
            }
            else
            {
                _outbox.EndConversation(integration.Notifier.Name, due.Notification.GroupKey, changes);
            }
        }
    }

    private static async Task ReleaseAsync(Task durable, List<Action> releases)
    {
        await durable.ConfigureAwait(false);
        foreach (var release in releases)
        {
            release();
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

    private void Restore()
    {
        var changes = new StateChanges();
        foreach (var silence in _routing.Silences.Concat(_store.Read(SilenceTable).Select(record => SilenceJson.Deserialize(record.Value))))
        {
            _silences.TryAdd(silence, _time.GetUtcNow(), out _);
        }

        foreach (var alert in AlertRecords.Load(_store))
        {
            _book.Restore(alert);
            _inhibitor.Update(alert);
        }

        _groups.Restore(_book, _store, _time.GetUtcNow(), changes);
        _store.CommitAsync(changes);
    }
}

/// <summary>What a batch did to alerts.</summary>
/// <param name="Changes">The changes, in order.</param>
/// <param name="Durable">Completes when they, and the notifications that they make due, are durable.</param>
public readonly record struct AlertsChanged(IReadOnlyList<AlertChange> Changes, Task Durable);
