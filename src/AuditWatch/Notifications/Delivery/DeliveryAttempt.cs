namespace AuditWatch.Notifications.Delivery;

/// <summary>One attempt to deliver, within a limit and without surprises.</summary>
internal static class DeliveryAttempt
{
    /// <summary>How long one may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Makes one; nobody else may be making one with the same notifier.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<DeliveryResult> MakeAsync(INotifier notifier, Notification notification, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await notifier.NotifyAsync(notification, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Its text may hold a secret; a notifier is not to throw, and the worker has to live on.
            return DeliveryResult.Rejected($"the notifier failed with {fault.GetType().Name}");
        }
    }
}
