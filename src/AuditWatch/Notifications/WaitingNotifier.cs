namespace AuditWatch.Notifications;

/// <summary>A way to reach a receiver whose secret was not there at the start: it looks for it at every attempt, and what is to be told waits for it.</summary>
/// <param name="name">What to call it in logs and metrics.</param>
/// <param name="make">Makes the real one; null with why it still cannot be.</param>
internal sealed class WaitingNotifier(string name, Func<(INotifier? Notifier, string Problem)> make) : INotifier, IAsyncDisposable
{
    private volatile INotifier? _notifier;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Why it cannot be used at the moment; null if it can.</summary>
    public string? Problem => _notifier is not null ? null : TryMake();

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation) =>
        _notifier is null && TryMake() is { } problem ? DeliveryResult.Retry(problem) : await _notifier!.NotifyAsync(notification, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ((_notifier as IAsyncDisposable)?.DisposeAsync() ?? ValueTask.CompletedTask);
        (_notifier as IDisposable)?.Dispose();
    }

    private string? TryMake()
    {
        lock (make)
        {
            if (_notifier is not null)
            {
                return null;
            }

            var (notifier, problem) = make();
            _notifier = notifier;
            return notifier is null ? problem : null;
        }
    }
}
