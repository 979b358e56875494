using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace AuditWatch.Notifications;

/// <summary>The notifications that wait for one notifier, and the worker that delivers them, in their order and one at a time.</summary>
internal sealed class NotifierQueue
{
    /// <summary>The most notifications that wait; further ones are dropped.</summary>
    public const int Capacity = 1000;

    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(30);

    /// <summary>How old a notification may be for another attempt to make sense.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private static readonly ResiliencePropertyKey<long> DueSince = new("due-since");

    private readonly Channel<(Notification Notification, long Due)> _waiting =
        Channel.CreateBounded<(Notification, long)>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly INotifier _notifier;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryHealth _health;
    private readonly ResiliencePipeline<DeliveryResult> _retries;
    private int _overflows;

    /// <summary>A queue whose worker runs until <paramref name="stop"/>, or until it is complete and empty.</summary>
    public NotifierQueue(INotifier notifier, TimeProvider time, ILogger logger, CancellationToken stop)
    {
        _notifier = notifier;
        _time = time;
        _logger = logger;
        _health = new DeliveryHealth(notifier.Name, logger);
        _retries = new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<DeliveryResult>
            {
                ShouldHandle = attempt => ValueTask.FromResult(IsWorthRetrying(attempt.Outcome.Result, attempt.Context)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(1),
                DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result.RetryAfter is { Ticks: > 0 } asked ? asked : (TimeSpan?)null),
                OnRetry = attempt =>
                {
                    _health.Failed(attempt.Outcome.Result.Reason);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        Finished = Task.Run(() => WorkAsync(stop), CancellationToken.None);
    }

    /// <summary>The notifier's name.</summary>
    public string Name => _notifier.Name;

    /// <summary>Completes when the worker has ended.</summary>
    public Task Finished { get; }

    /// <summary>Puts a notification last; drops it if the queue is full or complete.</summary>
    public void Add(Notification notification)
    {
        if (_waiting.Writer.TryWrite((notification, _time.GetTimestamp())))
        {
            return;
        }

        NotificationMetrics.Count(_notifier.Name, "dropped");
        if (Interlocked.Increment(ref _overflows) == 1)
        {
            _logger.LogError(
                "{Receiver} has {Waiting} notifications waiting: the one of alert {Alert} ({Detection}) is dropped; until the queue is empty, further ones are only counted",
                _notifier.Name, _waiting.Reader.Count, notification.Alerts[0].Id, notification.Alerts[0].Detection.Name);
        }
    }

    /// <summary>Takes no more.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    private async Task WorkAsync(CancellationToken stop)
    {
        var abandoned = 0;
        await foreach (var (notification, due) in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                _health.Ended(notification, await DeliverAsync(notification, due, stop));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                abandoned++;
            }

            if (_waiting.Reader.Count == 0)
            {
                Interlocked.Exchange(ref _overflows, 0);
            }
        }

        if (abandoned > 0)
        {
            NotificationMetrics.Count(_notifier.Name, "abandoned", abandoned);
            _logger.LogError("{Receiver} did not get {Abandoned} notifications before the shutdown", _notifier.Name, abandoned);
        }
    }

    private async Task<DeliveryResult> DeliverAsync(Notification notification, long due, CancellationToken stop)
    {
        var context = ResilienceContextPool.Shared.Get(stop);
        context.Properties.Set(DueSince, due);
        try
        {
            return await _retries.ExecuteAsync(async attempt => await AttemptAsync(notification, attempt.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<DeliveryResult> AttemptAsync(Notification notification, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(AttemptLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await _notifier.NotifyAsync(notification, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"no answer within {AttemptLimit.TotalSeconds:0} s");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Its text may hold a secret; a notifier is not to throw, and the worker has to live on.
            return DeliveryResult.Rejected($"the notifier failed with {fault.GetType().Name}");
        }
    }

    private bool IsWorthRetrying(DeliveryResult result, ResilienceContext context) =>
        result.Outcome == DeliveryOutcome.Retry
        && _time.GetElapsedTime(context.Properties.GetValue(DueSince, 0)) + (result.RetryAfter ?? TimeSpan.Zero) < MaxAge;
}
