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
    private CancellationTokenSource _handOver = new();
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServiceMetrics _metrics;
    private volatile IReadOnlyDictionary<string, NotifierWorker> _workers;

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
        _metrics = metrics ?? ServiceMetrics.Shared;
        _workers = WorkersOf(receivers, new Dictionary<string, NotifierWorker>());
    }

    /// <summary>
    /// Delivers to these receivers instead, which the outbox knows already. What is on its way to one arrives or fails before the next is sent; what had to be tried again goes first. What waits for ways that there are no more
    /// is given up. To be called by one thread at a time. Completes when that is durable.
    /// </summary>
    internal async Task ReplaceAsync(IEnumerable<Receiver> receivers)
    {
        var before = _workers;
        await Interlocked.Exchange(ref _handOver, new CancellationTokenSource()).CancelAsync();
        _workers = WorkersOf(receivers, before);
        var gone = before.Where(worker => !_workers.ContainsKey(worker.Key)).ToDictionary();
        await Task.WhenAll(gone.Values.Select(worker => worker.Finished));
        await _outbox.ExcludeAsync(gone.Keys, gone.Values.SelectMany(worker => worker.Unfinished));
    }

    private Dictionary<string, NotifierWorker> WorkersOf(IEnumerable<Receiver> receivers, IReadOnlyDictionary<string, NotifierWorker> before) => (
        from receiver in receivers
        from integration in receiver.Integrations
        select new NotifierWorker(
            integration, receiver.MaxMessagesPerMinute, _outbox, _time, _logger, _metrics.Notifications, _drain.Token, _handOver.Token, _stop.Token, before.GetValueOrDefault(integration.Notifier.Name)))
        .ToDictionary(worker => worker.Name, StringComparer.Ordinal);

    /// <summary>Delivers a notification past the outbox, as <see cref="NotifierWorker.Announce"/> says; not to a way that there is no more.</summary>
    /// <param name="integration">The notifier's name.</param>
    /// <param name="notification">The notification.</param>
    internal void Announce(string integration, Notification notification) => _workers.GetValueOrDefault(integration)?.Announce(notification);

    /// <summary>Makes one attempt to deliver a notification past the outbox, between what else is sent.</summary>
    /// <param name="integration">The notifier's name.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal Task<DeliveryResult> TryAsync(string integration, Notification notification, CancellationToken cancellation) =>
        _workers.GetValueOrDefault(integration)?.AttemptAsync(notification, cancellation) ?? Task.FromResult(DeliveryResult.Rejected("the configuration does not have it any more"));

    /// <summary>
    /// Delivers what can be delivered at once, for at most <see cref="StopLimit"/> or until <paramref name="cancellation"/>; the rest stays in the outbox.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        var finished = Task.WhenAll(_workers.Values.Select(worker => worker.Finished));
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

        foreach (var worker in _workers.Values)
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
        _handOver.Dispose();
        _stop.Dispose();
    }
}
