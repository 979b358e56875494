using AuditWatch.Notifications.Grouping;
using AuditWatch.State;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Puts what a receiver is due into the outbox, once for each way to reach it.</summary>
/// <param name="receivers">The receivers that routes name.</param>
/// <param name="externalUrl">Where people find the service; null if nobody said.</param>
/// <param name="zone">The zone of the times in messages.</param>
/// <param name="outbox">Takes the notifications.</param>
internal sealed class Fanout(IEnumerable<Receiver> receivers, Uri? externalUrl, TimeZoneInfo zone, Outbox outbox)
{
    private readonly Dictionary<string, Receiver> _receivers = receivers.ToDictionary(receiver => receiver.Name, StringComparer.Ordinal);

    /// <summary>Puts one in.</summary>
    /// <param name="due">What is due.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    /// <param name="releases">Takes what is to be called when that is durable.</param>
    public void Send(DueNotification due, StateChanges changes, List<Action> releases)
    {
        foreach (var integration in _receivers[due.Route.Receiver].Integrations)
        {
            if (IsTold(due, integration))
            {
                foreach (var notification in integration.IsForPeople ? [due.Notification] : due.Parts)
                {
                    releases.Add(outbox.Add(notification with { ExternalUrl = externalUrl, TimeZone = zone.Id }, integration.Notifier.Name, changes));
                }
            }
            else
            {
                outbox.EndConversation(integration.Notifier.Name, due.Notification.GroupKey, changes);
            }
        }
    }

    private static bool IsTold(DueNotification due, Integration integration) => due.Notification.Kind switch
    {
        // Where somebody waits for the others to deal with it, they are told that it is done.
        NotificationKind.Closed => integration.SendResolved || due.Notification.Handled.Count > 0,
        NotificationKind.Merged => integration.IsForPeople && !due.IsSilent,
        _ => true,
    };
}
