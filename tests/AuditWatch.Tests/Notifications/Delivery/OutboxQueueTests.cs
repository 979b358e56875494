using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Tests.Notifications.Delivery;

public class OutboxQueueTests
{
    private readonly OutboxQueue _programs = new(replaces: false);
    private OutboxQueue _queue = new(replaces: true);
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

    [Fact]
    public void Dequeue_ForPrograms_ACrowdThatIsDeniedTakesTurnsWithWhoIsNot()
    {
        _queue = _programs;
        for (var i = 0; i < 1_000; i++)
        {
            Add($"made-up-{i}", $"d{i}", outcome: "denied");
        }

        Add("jane", "real");
        Add("joe", "real too");

        Assert.Equal(["real", "d0", "real too", "d1", "d2"], _queue.Dequeue(5).Select(entry => entry.Notification.Id));
    }

    [Fact]
    public void Dequeue_ForPrograms_WhatWasDeniedAndIsNotAnyMoreStaysInOrder()
    {
        _queue = _programs;
        for (var i = 0; i < 1_000; i++)
        {
            Add($"made-up-{i}", $"d{i}", outcome: "denied");
        }

        Add("jane", "denied", conversation: "talk", outcome: "denied");
        Add("jane", "denied again", conversation: "talk", NotificationKind.Updated, outcome: "denied");
        Add("jane", "allowed", conversation: "talk", NotificationKind.Updated);
        Add("jane", "denied once more", conversation: "talk", NotificationKind.Updated, outcome: "denied");

        Assert.Equal(["denied", "denied again", "allowed", "denied once more"], _queue.Dequeue(8).Select(entry => entry.Notification.Id).Where(id => id.Length > 4));
    }

    [Fact]
    public void TryShed_CrowdOfWhichEachHasOne_IsNotOfWhoWasNotDenied()
    {
        _queue = _programs;
        Add("jane", "real");
        Add("jane", "real too");
        for (var i = 0; i < 10; i++)
        {
            Add($"made-up-{i}", $"d{i}", outcome: "denied");
        }

        for (var i = 0; i < 7; i++)
        {
            Assert.True(_queue.TryShed(capacity: 5, long.MaxValue, out var shed));
            Assert.StartsWith("d", shed.Notification.Id, StringComparison.Ordinal);
        }
    }

    private void Add(string actor, string id, string? conversation = null, NotificationKind kind = NotificationKind.Opened, int told = 0, string outcome = "allowed")
    {
        var exec = SampleAlert.Exec();
        var alert = exec with { Id = id, Actor = actor, Requests = [.. exec.Requests.Select(request => request with { Outcome = outcome })] };
        var notification = SampleAlert.Notify(alert, id) with { GroupKey = conversation ?? id, Kind = kind, Told = told > 0 ? new Dictionary<string, int> { [id] = told } : new Dictionary<string, int>() };
        _queue.Release(_queue.Add(notification, due => new OutboxEntry($"{_next++:x16}", "soc", due)).Ticket);
    }
}
