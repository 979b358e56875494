using System.Threading.Channels;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Delivers what waits in the outbox for one notifier, in its order and one at a time, so that a crash repeats at most one message.</summary>
internal sealed class NotifierWorker
{
    /// <summary>How old a notification may be for another attempt to make sense.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    /// <summary>The longest wait that a receiver can ask for: then it is tried whether it still wants it, for one answer must not silence it for long.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(5);

    private static readonly ResiliencePropertyKey<DateTimeOffset> DueAt = new("due-at");

    private readonly INotifier _notifier;
    private readonly bool _hasPages;
    private readonly Outbox _outbox;
    private readonly OutboxQueue _queue;
    private readonly StormControl? _storm;
    private readonly TimeProvider _time;
    private readonly DeliveryHealth _health;
    private readonly ILogger _logger;
    private readonly CancellationToken _stop;
    private readonly CancellationToken _handOver;
    private readonly List<OutboxEntry> _unfinished = [];
    private readonly Channel<bool> _turn = Channel.CreateBounded<bool>(1);
    private Task _announced = Task.CompletedTask;
    private readonly ResiliencePipeline<DeliveryResult> _retries;

    /// <summary>A worker that has begun.</summary>
    /// <param name="integration">The notifier, and whether it tells people.</param>
    /// <param name="messagesPerMinute">How many messages a minute people get one by one.</param>
    /// <param name="outbox">What waits.</param>
    /// <param name="time">The clock of retries and limits.</param>
    /// <param name="logger">Hears when the receiver breaks and recovers.</param>
    /// <param name="metrics">Counts what becomes of notifications.</param>
    /// <param name="drain">From then on it ends when nothing can be sent at once.</param>
    /// <param name="handOver">Ends it after the attempt that it is at, if it is at one.</param>
    /// <param name="stop">Ends it, whatever it does.</param>
    /// <param name="before">The worker that hands over to it: it begins when that one has ended, with what that one has left. Default: none does.</param>
    public NotifierWorker(
        Integration integration, int messagesPerMinute, Outbox outbox, TimeProvider time, ILogger logger, NotificationInstruments metrics, CancellationToken drain, CancellationToken handOver, CancellationToken stop, NotifierWorker? before = null)
    {
        _notifier = integration.Notifier;
        _hasPages = integration.HasPages;
        _outbox = outbox;
        _queue = outbox.QueueOf(_notifier.Name);
        _storm = !integration.IsForPeople ? null : before?._storm is { } storm && storm.PerMinute == messagesPerMinute ? storm : new StormControl(messagesPerMinute, time);
        _time = time;
        _logger = logger;
        (_handOver, _stop) = (handOver, stop);
        _health = new DeliveryHealth(_notifier.Name, logger, metrics, () => outbox.DeadLetters.CountOf(_notifier.Name));
        _retries = new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<DeliveryResult>
            {
                ShouldHandle = attempt => ValueTask.FromResult(IsWorthRetrying(attempt.Outcome.Result, attempt.Context)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(1),
                DelayGenerator = attempt => ValueTask.FromResult(Asked(attempt.Outcome.Result)),
                OnRetry = attempt =>
                {
                    _health.Failed(attempt.Outcome.Result.Reason);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        Finished = Task.Run(() => WorkAsync(before, drain, stop), CancellationToken.None);
    }

    /// <summary>The notifier's name.</summary>
    public string Name => _notifier.Name;

    /// <summary>Completes when the worker has ended.</summary>
    public Task Finished { get; }

    /// <summary>What it took out of the outbox and could not deliver before it ended, in that order. Valid once it is <see cref="Finished"/>.</summary>
    public IReadOnlyList<OutboxEntry> Unfinished => _unfinished;

    /// <summary>
    /// Delivers a notification that is not in the outbox, because that cannot be written, while what is in it may wait for that; after those announced before. It is not
    /// kept anywhere. To be called by one thread at a time.
    /// </summary>
    public void Announce(Notification notification) => _announced = AnnounceAsync(_announced, notification);

    private async Task AnnounceAsync(Task before, Notification notification)
    {
        await before.ConfigureAwait(false);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_handOver, _stop);
            var result = await DeliverAsync(notification, isKept: false, end.Token);
            if (result.Outcome != DeliveryOutcome.Delivered)
            {
                _logger.LogError("{Receiver} was not told of {Detection}: {Reason}", Name, notification.Alerts[0].Detection.Name, result.Reason);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends, or another way to the receiver is used from now on.
            _logger.LogWarning("{Receiver} was not told of {Detection} any more", Name, notification.Alerts[0].Detection.Name);
        }
    }

    private async Task WorkAsync(NotifierWorker? before, CancellationToken drain, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_handOver, stop);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(drain, end.Token);
        try
        {
            if (before is not null)
            {
                await before.Finished.WaitAsync(stop);
                _unfinished.AddRange(before.Unfinished);
                foreach (var entry in before.Unfinished)
                {
                    await SendAsync(entry, end.Token);
                }
            }

            while (!drain.IsCancellationRequested || _queue.CanDequeue)
            {
                end.Token.ThrowIfCancellationRequested();
                if (!_queue.CanDequeue)
                {
                    await _queue.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                var next = _storm?.Next(_queue, ChangesPage) ?? new StormStep(_queue.Dequeue(1), TimeSpan.Zero, Task.CompletedTask);
                if (next.Taken.Count == 0)
                {
                    await next.Arrival.WaitAsync(next.Wait, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    either.Token.ThrowIfCancellationRequested();
                }
                else
                {
                    await SendAsync(next.Taken, end.Token);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // What has not been delivered stays in the outbox.
        }
        finally
        {
            if (_notifier is IAsyncDisposable open)
            {
                await open.DisposeAsync();
            }
        }
    }

    private async Task SendAsync(IReadOnlyList<OutboxEntry> taken, CancellationToken end)
    {
        _unfinished.AddRange(taken);
        foreach (var change in taken.Where(entry => ChangesPage(entry.Notification)))
        {
            await SendAsync(change, end);
        }

        IReadOnlyList<OutboxEntry> calls = [.. taken.Where(entry => !ChangesPage(entry.Notification))];
        if (calls.Count > 1)
        {
            calls = [await _outbox.MergeAsync(calls)];
            _unfinished.Clear();
            _unfinished.AddRange(calls);
        }

        foreach (var call in calls)
        {
            await SendAsync(call, end);
        }
    }

    // Nobody is called by it, so it counts for no storm; in a digest it would call people, and leave the page open.
    private bool ChangesPage(Notification notification) =>
        _hasPages && notification.Kind is (NotificationKind.Acknowledged or NotificationKind.Closed or NotificationKind.Merged);

    private async Task SendAsync(OutboxEntry entry, CancellationToken end)
    {
        var notification = _outbox.WithReceipt(entry);
        if (notification is { Kind: NotificationKind.Merged, Receipt: null })
        {
            await _outbox.SkipAsync(entry);
        }
        else
        {
            var result = await DeliverAsync(notification, isKept: true, end);
            _health.Ended(entry.Notification, result);
            await (result.Outcome == DeliveryOutcome.Delivered ? _outbox.DeliveredAsync(entry, result.Receipt) : _outbox.GiveUpAsync(entry, result));
        }

        _unfinished.Remove(entry);
    }

    private async Task<DeliveryResult> DeliverAsync(Notification notification, bool isKept, CancellationToken end)
    {
        var context = ResilienceContextPool.Shared.Get(end);
        context.Properties.Set(DueAt, notification.DueAt);
        try
        {
            return await _retries.ExecuteAsync(
                async attempt =>
                {
                    // Another process may have taken the outbox over meanwhile.
                    await (isKept ? _outbox.ConfirmAsync() : Task.CompletedTask).WaitAsync(attempt.CancellationToken);
                    return await AttemptAsync(notification, _stop);
                },
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Makes one attempt to deliver a notification that is not in the outbox, when no other is under way.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<DeliveryResult> AttemptAsync(Notification notification, CancellationToken stop)
    {
        // One at a time: whoever has put something in has the turn.
        await _turn.Writer.WriteAsync(true, stop);
        try
        {
            return await DeliveryAttempt.MakeAsync(_notifier, notification, _time, stop);
        }
        finally
        {
            _turn.Reader.TryRead(out _);
        }
    }

    private bool IsWorthRetrying(DeliveryResult result, ResilienceContext context) =>
        result.Outcome == DeliveryOutcome.Retry
        && _time.GetUtcNow() - context.Properties.GetValue(DueAt, DateTimeOffset.MinValue) + (Asked(result) ?? TimeSpan.Zero) < MaxAge;

    private static TimeSpan? Asked(DeliveryResult result) => result.RetryAfter is { Ticks: > 0 } asked ? (asked < MaxRetryAfter ? asked : MaxRetryAfter) : null;
}
