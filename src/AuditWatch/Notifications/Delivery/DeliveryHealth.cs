using AuditWatch.Notifications.Rendering;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Counts what becomes of the notifications for one receiver, and logs when it breaks and when it recovers: once each, however many are given up.</summary>
/// <param name="receiver">The receiver.</param>
/// <param name="logger">The log.</param>
/// <param name="metrics">The counters.</param>
/// <param name="deadLetters">How many dead letters it has at the moment.</param>
internal sealed class DeliveryHealth(string receiver, ILogger logger, NotificationInstruments metrics, Func<int> deadLetters)
{
    private readonly KeyValuePair<string, object?> _label = new("receiver", receiver);
    private bool _failing;
    private int _givenUp;

    /// <summary>An attempt failed; there will be another.</summary>
    public void Failed(string reason)
    {
        metrics.Retries.Add(1, _label);
        if (!_failing)
        {
            _failing = true;
            logger.LogWarning("{Receiver} takes no notifications for now: {Reason}; trying again", receiver, reason);
        }
    }

    /// <summary>There will be no other attempt: the notification is delivered or given up.</summary>
    public void Ended(Notification notification, DeliveryResult result)
    {
        metrics.Notifications.Add(1, _label, new KeyValuePair<string, object?>("result", result.Outcome switch
        {
            DeliveryOutcome.Delivered => "delivered",
            DeliveryOutcome.Rejected => "rejected",
            _ => "expired",
        }));
        if (result.Outcome != DeliveryOutcome.Delivered)
        {
            GiveUp(notification, result.Reason);
        }
        else if (_failing)
        {
            logger.LogInformation("{Receiver} takes notifications again; {DeadLetters} of it can be sent again", receiver, Counted.Of(deadLetters(), "dead letter"));
            _failing = false;
            _givenUp = 0;
        }
    }

    private void GiveUp(Notification notification, string reason)
    {
        _failing = true;
        if (++_givenUp == 1)
        {
            logger.LogError(
                "{Receiver} did not get the notification of alert {Alert} ({Detection}): {Reason}. It is a dead letter now, and can be sent again. Until the receiver takes one, further ones are only counted",
                receiver, notification.Alerts[0].Id, notification.Alerts[0].Detection.Name, reason);
        }
    }
}
