using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Threading.Channels;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Processing;

/// <summary>
/// The one writer of alerts and incidents. What batches found, what people do, what the watch on sources says and that time passes are messages to it, which it applies one
/// after the other. Each that changes something makes one commit, in which the alerts, what their groups have told and the notifications that are due stand
/// or fall together. While the state has no room it waits, without a thread; whoever reads has <see cref="Snapshot"/> and never waits. Thread-safe.
/// </summary>
public sealed partial class AlertLoop : IAlertSink, IAsyncDisposable
{
    /// <summary>How often <see cref="AdvanceAsync"/> is to be called.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Who sends one more waits for room.
    private const int MaxMessages = 1_000;

    private readonly Channel<Message> _messages = Channel.CreateBounded<Message>(new BoundedChannelOptions(MaxMessages) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly AlertBook _book;
    private readonly IncidentBook _incidents;
    private readonly Silences _silences = new();
    private readonly AlertEffects _effects;
    private readonly IStateStore _store;
    private readonly TimeProvider _time;
    private readonly ServiceMetrics _metrics;
    private readonly Task _running;
    private readonly Subject<IReadOnlyList<AlertChange>> _changes = new();
    private volatile AlertSnapshot _snapshot;

    /// <summary>A loop that goes on where the state was left, and runs.</summary>
    /// <param name="book">The alerts; empty, and the loop's from now on.</param>
    /// <param name="routing">Who is told of which alerts.</param>
    /// <param name="outbox">Gets the notifications that are due.</param>
    /// <param name="store">The state.</param>
    /// <param name="time">The time.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal AlertLoop(AlertBook book, AlertRouting routing, Outbox outbox, IStateStore store, TimeProvider time, ServiceMetrics? metrics = null)
    {
        _book = book;
        _incidents = new IncidentBook(book.Failures);
        _effects = new AlertEffects(routing, _silences, outbox, _incidents, book.Failures);
        _store = store;
        _time = time;
        _metrics = metrics ?? ServiceMetrics.Shared;
        _snapshot = Restore(routing);
        _metrics.Processing.MeasureAlerts(() => _snapshot.OpenCount);
        _metrics.Incidents.Measure(() => _snapshot.Incidents.Values.Count(incident => incident.Status != AlertStatus.Closed));
        _running = Task.Run(RunAsync);
    }

    /// <summary>The alerts, incidents and silences as they stand.</summary>
    public AlertSnapshot Snapshot => _snapshot;

    /// <summary>Each change to alerts, whoever made it, once it is durable: the changes of one commit together, those of different commits perhaps at the same time. Ends with the loop.</summary>
    public IObservable<IReadOnlyList<AlertChange>> Changes => _changes.AsObservable();

    /// <inheritdoc/>
    /// <remarks>The caller's thread waits: of all senders of messages only the pipeline, which is to be held back.</remarks>
    AlertsChanged IAlertSink.Apply(IReadOnlyList<Finding> findings, WatchReport report, StateChanges changes) =>
        SendAsync(_ => [.. _book.Apply(findings), .. Reported(report)], changes).GetAwaiter().GetResult();

    /// <summary>Applies what the watch on the sources has to say.</summary>
    /// <returns>Completes when it is durable.</returns>
    internal Task ReportAsync(WatchReport report) =>
        report.IsEmpty ? Task.CompletedTask : MakeAsync(_ => [.. Reported(report)]);

    /// <summary>Lets time pass: closes what has been quiet, and tells what is due by now.</summary>
    /// <returns>Completes when it is durable.</returns>
    public Task AdvanceAsync() => MakeAsync(_ => _book.CloseQuiet());

    /// <summary>When an alert closes by itself unless something happens: then people are told anew when it does.</summary>
    public DateTimeOffset QuietAt(Alert alert) => _book.QuietAt(alert);

    /// <summary>Tells alerts by another routing from now on, with the silences of its configuration in the place of those before.</summary>
    /// <param name="routing">The routing. The outbox knows its integrations already.</param>
    /// <returns>Completes when it is durable.</returns>
    internal Task RerouteAsync(AlertRouting routing) => MakeAsync(changes =>
    {
        _silences.Configure(routing.Silences);
        _snapshot = _snapshot with { Silences = _silences.All };
        _effects.Reroute(routing, _book, _time.GetUtcNow(), changes);
        return [];
    });

    /// <summary>Ends the loop. What it has not come to fails with an <see cref="ObjectDisposedException"/>, and so does what is sent from now on.</summary>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _closing.CancelAsync();
        await _running;
        _changes.OnCompleted();
        _closing.Dispose();
    }

    private IEnumerable<AlertChange> Reported(WatchReport report) => [.. _book.Apply(report.Found), .. report.Over.Select(finding => _book.CloseLike(finding)).OfType<AlertChange>()];

    private async Task<IReadOnlyList<AlertChange>> MakeAsync(Func<StateChanges, IReadOnlyList<AlertChange>> act)
    {
        var (alertChanges, durable) = await SendAsync(act, new StateChanges()).ConfigureAwait(false);
        await durable.ConfigureAwait(false);
        return alertChanges;
    }

    private async Task<AlertsChanged> SendAsync(Func<StateChanges, IReadOnlyList<AlertChange>> act, StateChanges changes)
    {
        var message = new Message(act, changes);
        try
        {
            await _messages.Writer.WriteAsync(message).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(AlertLoop));
        }

        return await message.Applied.Task.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _messages.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                await _store.WaitForRoomAsync(_closing.Token).ConfigureAwait(false);
                if (_messages.Reader.TryRead(out var message))
                {
                    Apply(message);
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
        finally
        {
            _messages.Writer.TryComplete();
            while (_messages.Reader.TryRead(out var left))
            {
                left.Applied.SetException(new ObjectDisposedException(nameof(AlertLoop)));
            }
        }
    }

    private void Apply(Message message)
    {
        try
        {
            var alertChanges = message.Act(message.Changes);
            var failures = _book.Failures.Drain();
            if (failures.Count > 0)
            {
                alertChanges = [.. alertChanges, .. _book.Apply(EventFailedRule.Findings(failures, _time.GetUtcNow()))];
            }

            var incidentChanges = Tell(alertChanges);
            _snapshot = _snapshot.With(alertChanges, _book.OpenCount).With(incidentChanges);
            IncidentRecords.Save(incidentChanges, message.Changes);
            var moved = incidentChanges.Placed.Select(place => _snapshot.Alerts.GetValueOrDefault(place.AlertId)).OfType<Alert>();
            var releases = _effects.Apply(alertChanges, moved, _time.GetUtcNow(), message.Changes);
            message.Applied.SetResult(new AlertsChanged(alertChanges, CommitAsync(message.Changes, releases, alertChanges)) { Failures = failures });
        }
        catch (Exception problem)
        {
            message.Applied.SetException(problem);
        }
    }

    // Alerts are what counts: they are told and kept even if a defect keeps them out of incidents.
    private IncidentChanges Tell(IReadOnlyList<AlertChange> alertChanges)
    {
        try
        {
            var changes = _incidents.Apply(alertChanges, Now());
            foreach (var (kind, count) in _incidents.DrainHubs())
            {
                _metrics.Incidents.Hubs.Add(count, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()));
            }

            _metrics.Incidents.Beyond.Add(_incidents.DrainBeyond());
            return changes;
        }
        catch (Exception problem) when (alertChanges.Count > 0)
        {
            var alert = alertChanges[0].Alert;
            _book.Failures.Add("incident", alert.Detection.Name, alert.Cluster, alert.Actor, alert.Requests.Count > 0 ? alert.Requests[^1] : null, problem);
            return new IncidentChanges([], [], [], []);
        }
    }

    // What the state keeps of it.
    private DateTimeOffset Now() => AlertBook.Microseconds(_time.GetUtcNow());

    private async Task CommitAsync(StateChanges changes, IReadOnlyList<Action> releases, IReadOnlyList<AlertChange> alertChanges)
    {
        if (changes.All.Count > 0)
        {
            await _store.CommitAsync(changes).ConfigureAwait(false);
        }

        foreach (var release in releases)
        {
            release();
        }

        if (alertChanges.Count > 0)
        {
            _changes.OnNext(alertChanges);
        }
    }

    private AlertSnapshot Restore(AlertRouting routing)
    {
        var now = _time.GetUtcNow();
        _silences.Configure(routing.Silences);
        foreach (var silence in SilenceRecords.Load(_store))
        {
            _silences.TryAdd(silence, now, out _);
        }

        foreach (var alert in new AlertHistory(_store).Load(AlertBook.RecentlyClosed))
        {
            _book.Restore(alert);
        }

        var changes = new StateChanges();
        var (places, incidents) = IncidentRecords.Load(_store, _book.All.Select(alert => alert.Id));
        _incidents.Restore(_book.All, places, incidents);
        var incidentChanges = Tell([]);
        IncidentRecords.Save(incidentChanges, changes);
        _effects.Restore(_book, _store, now, changes);
        _store.CommitAsync(changes);
        return AlertSnapshot.Of(_book, _silences, _incidents);
    }

    private sealed record Message(Func<StateChanges, IReadOnlyList<AlertChange>> Act, StateChanges Changes)
    {
        public TaskCompletionSource<AlertsChanged> Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
