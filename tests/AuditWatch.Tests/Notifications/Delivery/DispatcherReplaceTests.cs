using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications.Delivery;

/// <summary>Receivers that are exchanged while notifications are on their way to them.</summary>
public sealed class DispatcherReplaceTests : DispatcherFixture
{
    [Fact]
    public async Task Replace_ReceiverBusy_TheNewWayGoesOnWithWhatTheOldOneTried()
    {
        var (old, renewed) = (new ScriptedNotifier(Name, Later), new ScriptedNotifier(Name));
        var dispatcher = Create(old);
        Send("a", "b");
        await old.NextAttemptAsync();
        await Time.NextWaitAsync();

        await dispatcher.ReplaceAsync([ReceiverOf(renewed)]);

        Assert.Equal("a", (await renewed.NextAttemptAsync()).Alerts[0].Id);
        Assert.Equal("b", (await renewed.NextAttemptAsync()).Alerts[0].Id);
        await DrainAsync(dispatcher);
        Assert.Equal((0, 0), (old.AttemptCount, Outbox.DeadLetters.Count));
    }

    [Fact]
    public async Task Replace_MessageOnItsWay_ArrivesOnceAndBeforeTheNext()
    {
        var arrives = new TaskCompletionSource<DeliveryResult>();
        var (old, renewed) = (new ScriptedNotifier(Name, (_, _) => arrives.Task), new ScriptedNotifier(Name));
        var dispatcher = Create(old);
        Send("a", "b");
        await old.NextAttemptAsync();

        await dispatcher.ReplaceAsync([ReceiverOf(renewed)]);
        Assert.Equal(0, renewed.AttemptCount);
        arrives.SetResult(DeliveryResult.Delivered);

        Assert.Equal("b", (await renewed.NextAttemptAsync()).Alerts[0].Id);
        await DrainAsync(dispatcher);
        Assert.Equal((0, 0), (old.AttemptCount, renewed.AttemptCount));
    }

    [Fact]
    public async Task Replace_TwiceAtOnce_LosesNothing()
    {
        var arrives = new TaskCompletionSource<DeliveryResult>();
        var (old, between, renewed) = (new ScriptedNotifier(Name, (_, _) => arrives.Task), new ScriptedNotifier(Name), new ScriptedNotifier(Name));
        var dispatcher = Create(old);
        Send("a");
        await old.NextAttemptAsync();

        await dispatcher.ReplaceAsync([ReceiverOf(between)]);
        await dispatcher.ReplaceAsync([ReceiverOf(renewed)]);
        arrives.SetResult(Later);

        Assert.Equal("a", (await renewed.NextAttemptAsync()).Alerts[0].Id);
        Assert.Equal(0, between.AttemptCount);
    }

    [Fact]
    public async Task Replace_ReceiverGone_ItsNotificationsAreDeadLetters()
    {
        var (old, other) = (new ScriptedNotifier(Name, Later), new ScriptedNotifier("other"));
        var dispatcher = Create(old);
        Send("a", "b");
        await old.NextAttemptAsync();
        await Time.NextWaitAsync();

        Outbox.Include([new Integration(other, SendResolved: false, IsForPeople: false)]);
        await dispatcher.ReplaceAsync([ReceiverOf(other)]);
        Send(SampleAlert.Notify(SampleAlert.Exec() with { Id = "c" }, "c") with { DueAt = Time.GetUtcNow() }, "other");

        Assert.Equal("c", (await other.NextAttemptAsync()).Alerts[0].Id);
        Assert.Equal(["a", "b"], Outbox.DeadLetters.All.Select(letter => letter.Entry.Notification.Alerts[0].Id));
        Assert.All(Outbox.DeadLetters.All, letter => Assert.Equal($"the configuration has no '{Name}' any more", letter.Reason));
        Assert.Equal(["other"], Outbox.Waiting.Keys);
    }

    [Fact]
    public async Task Replace_InAStorm_LetsNoMoreMessagesOut()
    {
        var (old, renewed) = (new ScriptedNotifier(Name), new ScriptedNotifier(Name));
        var dispatcher = Create(ReceiverOf(old, isForPeople: true) with { MaxMessagesPerMinute = 1 });
        Send("a");
        await old.NextAttemptAsync();

        await dispatcher.ReplaceAsync([ReceiverOf(renewed, isForPeople: true) with { MaxMessagesPerMinute = 1 }]);
        Send("b");
        await Time.NextWaitAsync();

        Assert.Equal(0, renewed.AttemptCount);
    }

    private static Receiver ReceiverOf(ScriptedNotifier notifier, bool isForPeople = false) => new("soc", [new Integration(notifier, SendResolved: false, isForPeople)]);
}
