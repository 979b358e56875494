using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.Notifications.Delivery;

/// <summary>What becomes of notifications between the outbox and their receivers, up to the end of the service and after the next start. It is long because each way for a delivery to end has a test; retries and replacements have files of their own.</summary>
public sealed class DispatcherTests : DispatcherFixture
{
    [Fact]
    public async Task Send_SeveralForOneNotifier_AreDeliveredInTheirOrderAndLeaveTheOutbox()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(notifier, new ScriptedNotifier("other"));

        Send("a", "b");
        await DrainAsync(dispatcher);

        Assert.Equal(["a", "b"], [(await notifier.NextAttemptAsync()).Id, (await notifier.NextAttemptAsync()).Id]);
        Assert.Equal(2, Counts["delivered"]);
        Assert.Empty(Store.Read(StateTables.Notifications));
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task Send_StoryGoesOnElsewhere_OnlyThoseHearWhoseConversationHasBegun()
    {
        var notifier = new ScriptedNotifier(Name, (_, _) => Task.FromResult(DeliveryResult.Delivered with { Receipt = "begun" }));
        var dispatcher = Create(notifier);
        var merged = SampleAlert.Notify(SampleAlert.Exec(), "merged") with { Kind = NotificationKind.Merged, GroupKey = "a", DueAt = Time.GetUtcNow() };

        Send(merged with { Id = "never begun", GroupKey = "b" });
        Send("a");
        Send(merged);
        Send(merged with { Id = "over" });
        await DrainAsync(dispatcher);

        Assert.Equal(["a", "merged"], [(await notifier.NextAttemptAsync()).Id, (await notifier.NextAttemptAsync()).Id]);
        Assert.Equal(0, notifier.AttemptCount);
        Assert.Empty(Store.Read(StateTables.Notifications));
        Assert.Empty(Store.Read(StateTables.Receipts));
    }

    [Fact]
    public async Task Send_OneNotifierIsDead_TheOtherIsNotDelayed()
    {
        var well = new ScriptedNotifier(Name);
        var dispatcher = Create(new ScriptedNotifier("dead", NeverAsync), well);
        Send(SampleAlert.Notify(SampleAlert.Exec(), "x"), to: "dead");

        Send("a", "b");

        Assert.Equal("a", (await well.NextAttemptAsync()).Id);
        Assert.Equal("b", (await well.NextAttemptAsync()).Id);
        await StopAtTheLimitAsync(dispatcher);
    }

    [Fact]
    public async Task Send_NotDurableYet_IsNotToldToAnybody()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(notifier);

        var release = Outbox.Add(SampleAlert.Notify(SampleAlert.Exec(), "a") with { DueAt = Time.GetUtcNow() }, Name, new StateChanges());
        Send("b");
        Assert.Equal(0, notifier.AttemptCount);
        release();

        Assert.Equal("a", (await notifier.NextAttemptAsync()).Id);
        await DrainAsync(dispatcher);
    }

    [Fact]
    public async Task Send_MoreThanThereIsRoomFor_TheOldestBecomeDeadLetters()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        var dispatcher = Create(notifier);
        Send("first");
        await notifier.NextAttemptAsync();

        Send([.. Enumerable.Range(0, Outbox.Capacity + 5).Select(i => $"n{i}")]);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"n{i}"), Outbox.DeadLetters.All.Select(letter => letter.Entry.Notification.Id));
        Assert.Equal(Outbox.Capacity, Outbox.WaitingFor(Name));
        await StopNowAsync(dispatcher);
    }

    [Fact]
    public async Task Send_NewsOfAConversationThatStillWaits_TakesItsPlace()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        var dispatcher = Create(isForPeople: true, notifier);
        Send("busy");
        await notifier.NextAttemptAsync();

        Send("a", "b");
        Send(SampleAlert.Notify(SampleAlert.Exec() with { Count = 36 }, "a2") with { GroupKey = "a", Kind = NotificationKind.Updated, DueAt = Time.GetUtcNow() });
        gate.SetResult(DeliveryResult.Delivered);

        var told = await notifier.NextAttemptAsync();
        Assert.Equal(("a2", NotificationKind.Opened, 36), (told.Id, told.Kind, told.Alerts[0].Count));
        Assert.Equal("b", (await notifier.NextAttemptAsync()).Id);
        await DrainAsync(dispatcher);
        Assert.Equal(3, Counts["delivered"]);
    }

    [Fact]
    public async Task Deliver_WithReceipt_TheConversationGoesOnWithItAlsoAfterARestart()
    {
        var notifier = new ScriptedNotifier(Name, DeliveryResult.Delivered with { Receipt = "C1:1.5" }, DeliveryResult.Delivered);
        var dispatcher = Create(notifier);
        Send("a");
        Assert.Null((await notifier.NextAttemptAsync()).Receipt);
        await DrainAsync(dispatcher);

        dispatcher = Create(notifier);
        Send(SampleAlert.Notify(SampleAlert.Exec(), "a2") with { GroupKey = "a", Kind = NotificationKind.Closed, DueAt = Time.GetUtcNow() });

        Assert.Equal("C1:1.5", (await notifier.NextAttemptAsync()).Receipt);
        await DrainAsync(dispatcher);
        Assert.Empty(Store.Read(StateTables.Receipts));
    }

    [Fact]
    public async Task Restart_UndeliveredNotifications_AreDeliveredInTheirOrder()
    {
        var down = Create(new ScriptedNotifier(Name, Later));
        Send("a", "b", "c");
        await StopNowAsync(down);
        var notifier = new ScriptedNotifier(Name);

        var dispatcher = Create(notifier);
        Send("d");

        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            Assert.Equal(id, (await notifier.NextAttemptAsync()).Id);
        }

        await DrainAsync(dispatcher);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    [Fact]
    public async Task Restart_NotifierNoLongerConfigured_ItsNotificationsBecomeDeadLetters()
    {
        var down = Create(new ScriptedNotifier(Name, Later));
        Send("a");
        await StopNowAsync(down);

        var dispatcher = Create(new ScriptedNotifier("other"));

        var letter = Assert.Single(Outbox.DeadLetters.All);
        Assert.Equal(("a", $"the configuration has no '{Name}' any more"), (letter.Entry.Notification.Id, letter.Reason));
        await DrainAsync(dispatcher);
    }

    [Fact]
    public async Task Resend_DeadLetter_IsDeliveredHoweverOldItIs()
    {
        var broken = true;
        var notifier = new ScriptedNotifier(Name, (_, _) => Task.FromResult(broken ? DeliveryResult.Rejected("no_service") : DeliveryResult.Delivered));
        var dispatcher = Create(notifier);
        Send("a");
        await notifier.NextAttemptAsync();
        await UntilAsync(() => Outbox.DeadLetters.Count == 1);
        Time.Advance(TimeSpan.FromDays(3));
        broken = false;

        Assert.False(await Outbox.ResendAsync("no such key"));
        Assert.True(await Outbox.ResendAsync(Assert.Single(Outbox.DeadLetters.All).Entry.Key));

        Assert.Equal("a", (await notifier.NextAttemptAsync()).Id);
        await DrainAsync(dispatcher);
        Assert.Equal((1, 1, 0), (Counts["rejected"], Counts["delivered"], Outbox.DeadLetters.Count));
        Assert.Empty(Store.Read(StateTables.DeadLetters));
    }

    [Fact]
    public async Task Stop_DeliveryInFlight_IsFinishedAndSoIsWhatWaits()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        var dispatcher = Create(notifier);
        Send("a", "b");
        await notifier.NextAttemptAsync();

        var stopped = dispatcher.StopAsync();
        Assert.False(stopped.IsCompleted);
        gate.SetResult(DeliveryResult.Delivered);
        await stopped;

        Assert.Equal(2, Counts["delivered"]);
    }

    [Fact]
    public async Task Stop_ReceiverIsDown_LeavesTheRestInTheOutboxAndSaysSo()
    {
        var notifier = new ScriptedNotifier(Name, Later);
        var dispatcher = Create(notifier);
        Send("a", "b", "c");
        await notifier.NextAttemptAsync();
        await Time.NextWaitAsync(DeliveryAttempt.Limit);

        await StopAtTheLimitAsync(dispatcher);

        Assert.Equal(3, Store.Read(StateTables.Notifications).Count());
        Assert.Equal((LogLevel.Warning, $"{Name} did not get 2 notifications before the shutdown: they stay in the outbox"), Log.Lines.Last());
    }

    [Fact]
    public async Task Stop_NotifierCannotBeCancelled_IsLeftBehind()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, _) => gate.Task);
        var dispatcher = Create(notifier);
        Send("a");
        await notifier.NextAttemptAsync();

        var stopped = dispatcher.StopAsync(new CancellationToken(canceled: true));
        await Time.NextWaitAsync(DeliveryAttempt.Limit);
        Time.Advance(Dispatcher.CancelLimit);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(Store.Read(StateTables.Notifications));
        gate.SetResult(Later);
    }

    [Fact]
    public async Task Stop_Cancelled_EndsAtOnce()
    {
        var notifier = new ScriptedNotifier(Name, NeverAsync);
        var dispatcher = Create(notifier);
        Send("a");
        await notifier.NextAttemptAsync();

        await StopNowAsync(dispatcher);

        Assert.Single(Store.Read(StateTables.Notifications));
    }

    private static async Task StopNowAsync(Dispatcher dispatcher) => await dispatcher.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));

    private async Task StopAtTheLimitAsync(Dispatcher dispatcher)
    {
        var stopped = dispatcher.StopAsync();
        Time.Advance(Dispatcher.StopLimit);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
