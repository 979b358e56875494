using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Tests.Notifications.Delivery;

public class OutboxQueueTests
{
    private readonly OutboxQueue _queue = new(replaces: true);
    private int _next;

    [Fact]
    public void Dequeue_AfterAFlood_OthersDoNotWaitForItsEnd()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Add("flood", $"f{i}");
        }

        Add("jane", "real");
        Add("flood", "f1000");

        Assert.Contains("real", _queue.Dequeue(3).Select(entry => entry.Notification.Id));
        Assert.Equal(999, _queue.Count);
        Assert.Equal(Enumerable.Range(2, 999).Select(i => $"f{i}"), _queue.Dequeue(int.MaxValue).Select(entry => entry.Notification.Id));
    }

    [Fact]
    public void Dequeue_NewsOfAConversation_StayInOrderWhoeverActs()
    {
        Add("flood", "a");
        Add("flood", "b");
        Add("flood", "opened", conversation: "talk");
        Add("jane", "closed", conversation: "talk", NotificationKind.Closed);

        Assert.Equal(["a", "b", "opened", "closed"], _queue.Dequeue(int.MaxValue).Select(entry => entry.Notification.Id));
    }

    [Fact]
    public void TryShed_MoreThanThereIsRoomFor_IsOfTheFlood()
    {
        Add("jane", "real");
        for (var i = 0; i < 10; i++)
        {
            Add("flood", $"f{i}");
        }

        for (var i = 0; i < 9; i++)
        {
            Assert.True(_queue.TryShed(capacity: 2, long.MaxValue, out var shed));
            Assert.StartsWith("f", shed.Notification.Id, StringComparison.Ordinal);
        }

        Assert.False(_queue.TryShed(capacity: 2, long.MaxValue, out _));
        Assert.True(_queue.TryShed(capacity: 2, maxBytes: 1, out _));
        Assert.False(_queue.TryShed(capacity: 2, maxBytes: 1, out _));
    }

    [Fact]
    public void Add_InPlaceOfOneThatWaits_IsNewsForWhoWasToBeToldByThat()
    {
        Add("jane", "opened", "talk");
        Add("jane", "updated", "talk", NotificationKind.Updated, told: 3);

        var only = Assert.Single(_queue.Dequeue(int.MaxValue)).Notification;

        Assert.Equal(("updated", NotificationKind.Opened, 0), (only.Id, only.Kind, only.Told.Count));
    }

    private void Add(string actor, string id, string? conversation = null, NotificationKind kind = NotificationKind.Opened, int told = 0)
    {
        var alert = SampleAlert.Exec() with { Id = id, Actor = actor };
        var notification = SampleAlert.Notify(alert, id) with { GroupKey = conversation ?? id, Kind = kind, Told = told > 0 ? new Dictionary<string, int> { [id] = told } : new Dictionary<string, int>() };
        _queue.Release(_queue.Add(notification, due => new OutboxEntry($"{_next++:x16}", "soc", due)).Ticket);
    }
}
