using AuditWatch.Alerts;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Notifications;

/// <summary>
/// Hands each notification that is due to the receiver its route names. Every notifier has a queue and a worker of its own, so that one that
/// is down delays no other. Thread-safe.
/// </summary>
public sealed class Dispatcher : IAsyncDisposable
{
    /// <summary>How long <see cref="StopAsync"/> lets deliveries go on.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long notifiers that are told to end may take to do so.</summary>
    internal static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly NotifierQueue[] _queues;
    private readonly string _receiver;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>A dispatcher, ready to deliver.</summary>
    /// <param name="receivers">The receivers.</param>
    /// <param name="route">Which of them gets alerts.</param>
    /// <param name="time">The clock of retries and limits.</param>
    /// <param name="logger">Hears of receivers that break and recover, and of notifications that are lost.</param>
    /// <exception cref="ArgumentException">The route names none of the receivers.</exception>
    public Dispatcher(IEnumerable<Receiver> receivers, Route route, TimeProvider time, ILogger<Dispatcher> logger)
    {
        var receiver = receivers.FirstOrDefault(receiver => receiver.Name == route.Receiver)
            ?? throw new ArgumentException($"The route names the receiver '{route.Receiver}', which does not exist.", nameof(route));
        _time = time;
        _receiver = receiver.Name;
        _logger = logger;
        _queues = [.. receiver.Notifiers.Select(notifier => new NotifierQueue(notifier, time, logger, _stop.Token))];
    }

    /// <summary>
    /// Takes the notifications that a batch's changes to alerts make due: one for each alert that was opened, as it stands after the batch.
    /// Returns at once.
    /// </summary>
    public void Dispatch(IReadOnlyList<AlertChange> changes)
    {
        var due = new OrderedDictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Kind == AlertChangeKind.Opened || due.ContainsKey(change.Alert.Id))
            {
                due[change.Alert.Id] = change.Alert;
            }
        }

        foreach (var (id, alert) in due)
        {
            foreach (var queue in _queues)
            {
                queue.Add(new Notification
                {
                    Id = id, Kind = NotificationKind.Opened, GroupKey = alert.Fingerprint, Receiver = _receiver, DueAt = _time.GetUtcNow(), Alerts = [alert],
                });
            }
        }
    }

    /// <summary>
    /// Takes no more notifications and finishes those it has, for at most <see cref="StopLimit"/> or until <paramref name="cancellation"/>;
    /// what is not delivered by then is counted and logged.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        foreach (var queue in _queues)
        {
            queue.Complete();
        }

        var finished = Task.WhenAll(_queues.Select(queue => queue.Finished));
        try
        {
            await finished.WaitAsync(StopLimit, _time, cancellation);
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            await _stop.CancelAsync();
            await Task.WhenAny(finished, Task.Delay(CancelLimit, _time, CancellationToken.None));
            foreach (var queue in _queues.Where(queue => !queue.Finished.IsCompleted))
            {
                _logger.LogError("{Receiver} hangs: what waits for it is lost", queue.Name);
            }
        }
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
