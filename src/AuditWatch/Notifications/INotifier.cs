namespace AuditWatch.Notifications;

/// <summary>
/// Delivers notifications to one receiver: the seam for a new kind of receiver, which is one folder and one registration.
/// Called by one caller at a time. Retrying is the caller's business: an implementation makes one attempt and says how it went.
/// It throws only <see cref="OperationCanceledException"/>. One that keeps something open is an <see cref="IAsyncDisposable"/>: it is disposed of
/// when there is nothing more to deliver.
/// </summary>
public interface INotifier
{
    /// <summary>What it delivers to, for logs and metrics, such as <c>on-call/slack[0]</c>; never an address that is a secret.</summary>
    string Name { get; }

    /// <summary>Makes one attempt to deliver.</summary>
    /// <param name="notification">What to say. Its texts come from events and are an attacker's: escape them for the medium.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation);
}
