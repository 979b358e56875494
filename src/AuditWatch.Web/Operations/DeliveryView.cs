using AuditWatch.Processing;

namespace AuditWatch.Web.Operations;

/// <summary>How delivery stands. Immutable.</summary>
/// <param name="Receivers">The receivers, by name.</param>
/// <param name="GivenUp">The oldest notifications that were given up, at most 100.</param>
/// <param name="GivenUpCount">How many there are.</param>
public sealed record DeliveryView(IReadOnlyList<ToldReceiver> Receivers, IReadOnlyList<GivenUp> GivenUp, int GivenUpCount)
{
    private const int Most = 100;

    /// <summary>How it stands now.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static DeliveryView Read(AuditWatchService service) => new(
        [.. service.Routing.Receivers.OrderBy(receiver => receiver.Name, StringComparer.Ordinal).Select(receiver => ToldReceiver.Of(receiver, service.Outbox.Waiting, service.ReceiverTests))],
        [.. service.Outbox.DeadLetters.All.Take(Most).Select(letter => new GivenUp(
            letter.Entry.Key, letter.Entry.Integration, letter.Reason, letter.At, letter.Entry.Notification.Alerts[0].Id, letter.Entry.Notification.Alerts[0].Summary))],
        service.Outbox.DeadLetters.Count);
}

/// <summary>A notification that was given up.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Receiver">Who was to be told.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="At">When.</param>
/// <param name="AlertId">The most severe alert that it is about.</param>
/// <param name="Summary">That alert's summary.</param>
public sealed record GivenUp(string Key, string Receiver, string Reason, DateTimeOffset At, string AlertId, string Summary);
