using AuditWatch.Alerts;

namespace AuditWatch.Notifications.Paging;

/// <summary>What a service that pages people is told of a conversation, which it knows by <see cref="Notification.SubjectId"/>. Each may be repeated without harm.</summary>
internal enum PageAction
{
    /// <summary>Somebody is to be paged; what is new if somebody has been.</summary>
    Trigger,

    /// <summary>Somebody deals with it: nobody else is to be paged.</summary>
    Acknowledge,

    /// <summary>It is over.</summary>
    Resolve,
}

/// <summary>What notifications mean to a service that pages people.</summary>
internal static class PageActions
{
    /// <summary>What is to be done, in this order; nothing where it only says of many things that they are over, or that somebody deals with some of several.</summary>
    public static IReadOnlyList<PageAction> Of(Notification notification)
    {
        var isWhole = notification.MoreAlerts == 0;
        var isOver = isWhole && notification.Alerts.All(alert => alert.Status == AlertStatus.Closed);
        var isDealtWith = isWhole && notification.Alerts.All(alert => alert.Status != AlertStatus.Open);
        return notification.Kind switch
        {
            NotificationKind.Digest => isOver ? [] : [PageAction.Trigger],
            NotificationKind.Closed or NotificationKind.Merged => [PageAction.Resolve],
            _ when isOver => [PageAction.Resolve],
            NotificationKind.Acknowledged => isDealtWith ? [PageAction.Acknowledge] : [],
            _ => isDealtWith ? [PageAction.Trigger, PageAction.Acknowledge] : [PageAction.Trigger],
        };
    }
}
