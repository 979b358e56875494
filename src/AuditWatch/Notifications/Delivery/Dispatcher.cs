using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Delivers what is in the outbox. Every notifier has a worker of its own, so that one that is down delays no other. Thread-safe.</summary>
internal sealed class Dispatcher : IAsyncDisposable
{
    /// <summary>How long <see cref="StopAsync"/> lets deliveries go on. A standby waits for it.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long notifiers that are told to end may take to do so.</summary>
    internal static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly NotifierWorker[] _workers;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>A dispatcher whose workers have begun.</summary>
    /// <param name="receivers">The receivers.</param>
    /// <param name="outbox">What waits for them.</param>
    /// <param name="time">The clock of retries and limits.</param>
    /// <param name="logger">Hears of receivers that break and recover, and of notifications that are given up.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal Dispatcher(IEnumerable<Receiver> receivers, Outbox outbox, TimeProvider time, ILogger<Dispatcher> logger, ServiceMetrics? metrics = null)
    {
        _outbox = outbox;
        _time = time;
        _logger = logger;
        _workers =
        [
            .. receivers.SelectMany(receiver => receiver.Integrations.Select(integration =>
                new NotifierWorker(integration, receiver.MaxMessagesPerMinute, outbox, time, logger, (metrics ?? ServiceMetrics.Shared).Notifications, _drain.Token, _stop.Token))),
        ];
    }

    /// <summary>Delivers a notification past the outbox, as <see cref="NotifierWorker.Announce"/> says.</summary>
    /// <param name="integration">The notifier's name.</param>
    /// <param name="notification">The notification.</param>
    internal void Announce(string integration, Notification notification) => _workers.First(worker => worker.Name == integration).Announce(notification);

    /// <summary>
    /// Delivers what can be delivered at once, for at most <see cref="StopLimit"/> or until <paramref name="cancellation"/>; the rest stays in the outbox.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        var finished = Task.WhenAll(_workers.Select(worker => worker.Finished));
        var inTime = finished.WaitAsync(StopLimit, _time, cancellation);
        await _drain.CancelAsync();
        try
        {
            await inTime;
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            await _stop.CancelAsync();
            await Task.WhenAny(finished, Task.Delay(CancelLimit, _time, CancellationToken.None));
        }

        foreach (var worker in _workers)
        {
            if (_outbox.WaitingFor(worker.Name) is > 0 and var waiting)
            {
                _logger.LogWarning("{Receiver} did not get {Waiting} notifications before the shutdown: they stay in the outbox", worker.Name, waiting);
            }
        }
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _drain.Dispose();
        _stop.Dispose();
    }
}
