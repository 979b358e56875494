using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Paging;

namespace AuditWatch.Tests.Notifications.Paging;

public sealed class PageActionsTests
{
    [Theory]
    [InlineData(NotificationKind.Opened, "open", 0, "Trigger")]
    [InlineData(NotificationKind.Updated, "open", 0, "Trigger")]
    [InlineData(NotificationKind.Updated, "open acknowledged", 0, "Trigger")]
    [InlineData(NotificationKind.Updated, "acknowledged", 0, "Trigger Acknowledge")]
    [InlineData(NotificationKind.Updated, "closed acknowledged", 0, "Trigger Acknowledge")]
    [InlineData(NotificationKind.Updated, "acknowledged", 1, "Trigger")]
    [InlineData(NotificationKind.Updated, "closed", 0, "Resolve")]
    [InlineData(NotificationKind.Reminder, "open", 0, "Trigger")]
    [InlineData(NotificationKind.Acknowledged, "acknowledged closed", 0, "Acknowledge")]
    [InlineData(NotificationKind.Acknowledged, "acknowledged open", 0, "")]
    [InlineData(NotificationKind.Closed, "closed", 0, "Resolve")]
    [InlineData(NotificationKind.Closed, "closed", 7, "Resolve")]
    [InlineData(NotificationKind.Merged, "open", 0, "Resolve")]
    [InlineData(NotificationKind.Digest, "open closed", 0, "Trigger")]
    [InlineData(NotificationKind.Digest, "closed", 5, "Trigger")]
    [InlineData(NotificationKind.Digest, "closed closed", 0, "")]
    internal void Of_EveryKindAndState_PagesForWhatNobodyDealsWith(NotificationKind kind, string states, int more, string expected)
    {
        var alerts = states.Split(' ').Select(state => SampleAlert.Exec() with { Status = Enum.Parse<AlertStatus>(state, ignoreCase: true) });

        var actions = PageActions.Of(SampleAlert.Notify(SampleAlert.Exec()) with { Kind = kind, Alerts = [.. alerts], MoreAlerts = more });

        Assert.Equal(expected, string.Join(' ', actions));
    }
}
