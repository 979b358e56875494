using AuditWatch.Notifications;
using AuditWatch.State;

namespace AuditWatch.Tests.Notifications.Delivery;

public sealed class ResendTests : DispatcherFixture
{
    private bool _isBroken = true;

    [Fact]
    public async Task ResendAll_DeadLetters_AreDeliveredInTheirOrderAndOnce()
    {
        var notifier = Notifier();
        var dispatcher = Create(notifier);
        await BreakAsync(notifier, "a", "b", "c");

        Assert.Equal(3, (await Task.WhenAll(Outbox.ResendAllAsync(), Outbox.ResendAllAsync())).Sum());

        foreach (var id in new[] { "a", "b", "c" })
        {
            Assert.Equal(id, (await notifier.NextAttemptAsync()).Id);
        }

        await DrainAsync(dispatcher);
        Assert.Equal((3, 3, 0, 0), (Counts["rejected"], Counts["delivered"], Outbox.DeadLetters.Count, notifier.AttemptCount));
        Assert.Empty(Store.Read(StateTables.DeadLetters));
    }

    [Fact]
    public async Task ResendAll_IntegrationThatIsNoMore_KeepsItsDeadLetters()
    {
        var notifier = Notifier();
        var dispatcher = Create(notifier);
        await BreakAsync(notifier, "a");
        await DrainAsync(dispatcher);

        dispatcher = Create(new ScriptedNotifier("other"));

        Assert.Equal(0, await Outbox.ResendAllAsync());
        Assert.Equal("a", Assert.Single(Outbox.DeadLetters.All).Entry.Notification.Id);
        await DrainAsync(dispatcher);
    }

    [Fact]
    public async Task Resend_NewsOfTheConversationWaits_ReplacesNothing()
    {
        var notifier = Notifier();
        var dispatcher = Create(notifier);
        await BreakAsync(notifier, "a");
        await DrainAsync(dispatcher);

        var gate = new TaskCompletionSource<DeliveryResult>();
        var slow = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        dispatcher = Create(isForPeople: true, slow);
        Send("busy");
        await slow.NextAttemptAsync();
        Send(SampleAlert.Notify(SampleAlert.Exec(), "a2") with { GroupKey = "a", DueAt = Time.GetUtcNow() });

        Assert.True(await Outbox.ResendAsync(Assert.Single(Outbox.DeadLetters.All).Entry.Key));

        gate.SetResult(DeliveryResult.Delivered);
        Assert.Equal(["a2", "a"], new[] { (await slow.NextAttemptAsync()).Id, (await slow.NextAttemptAsync()).Id });
        await DrainAsync(dispatcher);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    [Fact]
    public async Task Restart_NewsOfAConversationWhileItsMessageWasOnItsWay_LeavesNoRecordBehind()
    {
        var down = new ScriptedNotifier(Name, NeverAsync);
        var dispatcher = Create(isForPeople: true, down);
        Send("a");
        await down.NextAttemptAsync();
        Send(SampleAlert.Notify(SampleAlert.Exec(), "a2") with { GroupKey = "a", Kind = NotificationKind.Updated, DueAt = Time.GetUtcNow() });
        await dispatcher.StopAsync(new CancellationToken(canceled: true));
        var notifier = new ScriptedNotifier(Name);

        dispatcher = Create(isForPeople: true, notifier);

        Assert.Equal(["a", "a2"], new[] { (await notifier.NextAttemptAsync()).Id, (await notifier.NextAttemptAsync()).Id });
        await DrainAsync(dispatcher);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    [Fact]
    public async Task RemoveAll_DeadLetters_AreGone()
    {
        var notifier = Notifier();
        var dispatcher = Create(notifier);
        await BreakAsync(notifier, "a", "b");

        Assert.Equal(2, await Outbox.DeadLetters.RemoveAllAsync());

        Assert.Equal(0, Outbox.DeadLetters.Count);
        Assert.Empty(Store.Read(StateTables.DeadLetters));
        await DrainAsync(dispatcher);
    }

    private ScriptedNotifier Notifier() =>
        new(Name, (_, _) => Task.FromResult(_isBroken ? DeliveryResult.Rejected("no_service") : DeliveryResult.Delivered));

    private async Task BreakAsync(ScriptedNotifier notifier, params string[] ids)
    {
        Send(ids);
        foreach (var _ in ids)
        {
            await notifier.NextAttemptAsync();
        }

        await UntilAsync(() => Outbox.DeadLetters.Count == ids.Length);
        _isBroken = false;
    }
}
