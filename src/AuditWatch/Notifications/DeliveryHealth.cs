using Microsoft.Extensions.Logging;

namespace AuditWatch.Notifications;

/// <summary>Counts what becomes of the notifications for one receiver, and logs when it breaks and when it recovers: once each, however many are lost.</summary>
internal sealed class DeliveryHealth(string receiver, ILogger logger)
{
    private bool _failing;
    private int _lost;

    /// <summary>An attempt failed; there will be another.</summary>
    public void Failed(string reason)
    {
        NotificationMetrics.CountRetry(receiver);
        if (!_failing)
        {
            _failing = true;
            logger.LogWarning("{Receiver} takes no notifications for now: {Reason}; trying again", receiver, reason);
        }
    }

    /// <summary>There will be no other attempt: the notification is delivered or lost.</summary>
    public void Ended(Notification notification, DeliveryResult result)
    {
        NotificationMetrics.Count(receiver, result.Outcome switch
        {
            DeliveryOutcome.Delivered => "delivered",
            DeliveryOutcome.Rejected => "rejected",
            _ => "expired",
        });
        if (result.Outcome != DeliveryOutcome.Delivered)
        {
            Lose(notification, result.Reason);
        }
        else if (_failing)
        {
            logger.LogInformation("{Receiver} takes notifications again; {Lost} were lost", receiver, _lost);
            _failing = false;
            _lost = 0;
        }
    }

    private void Lose(Notification notification, string reason)
    {
        _failing = true;
        if (++_lost == 1)
        {
            logger.LogError(
                "{Receiver} did not get the notification of alert {Alert} ({Detection}): {Reason}; until it takes one again, further losses are only counted",
                receiver, notification.Alerts[0].Id, notification.Alerts[0].Detection.Name, reason);
        }
    }
}
