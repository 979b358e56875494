using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.Notifications;

public sealed class DispatcherTests : DispatcherFixture
{
    [Fact]
    public async Task Dispatch_Opened_GoesToEveryNotifierOfTheRoute()
    {
        var (first, second, other) = (new ScriptedNotifier(Name), new ScriptedNotifier("second"), new ScriptedNotifier("other"));
        var dispatcher = Create(To("other", other), To("soc", first, second));

        dispatcher.Dispatch([Opened("a"), new AlertChange(AlertChangeKind.Repeated, SampleAlert.Exec()), Opened("b")]);
        await DrainAsync(dispatcher);

        Assert.Equal(["a", "b"], [(await first.NextAttemptAsync()).Id, (await first.NextAttemptAsync()).Id]);
        Assert.Equal(2, second.AttemptCount);
        Assert.Equal(0, first.AttemptCount + other.AttemptCount);
        Assert.Equal(2, Counts["delivered"]);
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public void Construct_RouteToNobody_IsRefused() =>
        Assert.Contains("'nobody'", Assert.Throws<ArgumentException>(() => new Dispatcher([], new Route { Receiver = "nobody" }, Time, Log)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Dispatch_OneNotifierIsDead_TheOtherIsNotDelayed()
    {
        var dead = new ScriptedNotifier("dead", NeverAsync);
        var well = new ScriptedNotifier(Name);
        var dispatcher = Create(dead, well);

        dispatcher.Dispatch([Opened("a"), Opened("b")]);

        Assert.Equal("a", (await well.NextAttemptAsync()).Id);
        Assert.Equal("b", (await well.NextAttemptAsync()).Id);
        await StopAtTheLimitAsync(dispatcher);
    }

    [Fact]
    public async Task Dispatch_QueueFull_DropsTheNewestCountsThemAndSaysSoOnce()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        var dispatcher = Create(notifier);
        dispatcher.Dispatch([Opened("first")]);
        await notifier.NextAttemptAsync();

        dispatcher.Dispatch([.. Enumerable.Range(0, NotifierQueue.Capacity + 5).Select(i => Opened($"{i}"))]);

        Assert.Equal(5, Counts["dropped"]);
        var (level, text) = Assert.Single(Log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains($"alert {NotifierQueue.Capacity} ", text, StringComparison.Ordinal);

        gate.SetResult(DeliveryResult.Delivered);
        await DrainAsync(dispatcher);
        Assert.Equal(NotifierQueue.Capacity + 1, Counts["delivered"]);
    }

    [Fact]
    public async Task Stop_DeliveryInFlight_IsFinished()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, cancellation) => gate.Task.WaitAsync(cancellation));
        var dispatcher = Create(notifier);
        dispatcher.Dispatch([Opened("a"), Opened("b")]);
        await notifier.NextAttemptAsync();

        var stopped = dispatcher.StopAsync();
        Assert.False(stopped.IsCompleted);
        gate.SetResult(DeliveryResult.Delivered);
        await stopped;

        Assert.Equal(2, Counts["delivered"]);
    }

    [Fact]
    public async Task Stop_ReceiverIsDown_AbandonsWhatIsLeftAtTheLimitAndSaysSo()
    {
        var notifier = new ScriptedNotifier(Name, Later);
        var dispatcher = Create(notifier);
        dispatcher.Dispatch([Opened("a"), Opened("b"), Opened("c")]);
        await notifier.NextAttemptAsync();
        await Time.NextWaitAsync(NotifierQueue.AttemptLimit);

        await StopAtTheLimitAsync(dispatcher);

        Assert.Equal(3, Counts["abandoned"]);
        Assert.Equal((LogLevel.Error, $"{Name} did not get 3 notifications before the shutdown"), Log.Lines.Last());
    }

    [Fact]
    public async Task Stop_NotifierCannotBeCancelled_IsLeftBehindAndSaysSo()
    {
        var gate = new TaskCompletionSource<DeliveryResult>();
        var notifier = new ScriptedNotifier(Name, (_, _) => gate.Task);
        var dispatcher = Create(notifier);
        dispatcher.Dispatch([Opened("a"), Opened("b")]);
        await notifier.NextAttemptAsync();

        var stopped = dispatcher.StopAsync(new CancellationToken(canceled: true));
        await Time.NextWaitAsync(NotifierQueue.AttemptLimit);
        Time.Advance(Dispatcher.CancelLimit);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((LogLevel.Error, $"{Name} hangs: what waits for it is lost"), Log.Lines.Last());
        gate.SetResult(Later);
    }

    [Fact]
    public async Task Dispatch_OpenedAndRepeatedInOneBatch_IsToldAsItStandsAfterIt()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(notifier);

        dispatcher.Dispatch([Opened("a"), Opened("b"), new AlertChange(AlertChangeKind.Repeated, Opened("a").Alert with { Count = 36 })]);

        Assert.Equal(("a", 36), await notifier.NextAttemptAsync() is { } first ? (first.Id, first.Alerts[0].Count) : default);
        Assert.Equal("b", (await notifier.NextAttemptAsync()).Id);
    }

    [Fact]
    public async Task Stop_Cancelled_EndsAtOnce()
    {
        var notifier = new ScriptedNotifier(Name, NeverAsync);
        var dispatcher = Create(notifier);
        dispatcher.Dispatch([Opened("a")]);
        await notifier.NextAttemptAsync();

        await dispatcher.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, Counts["abandoned"]);
    }

    [Fact]
    public async Task Dispatch_AfterStop_IsCountedAsDropped()
    {
        var dispatcher = Create(new ScriptedNotifier(Name));
        await DrainAsync(dispatcher);

        dispatcher.Dispatch([Opened("a")]);

        Assert.Equal(1, Counts["dropped"]);
    }

    private async Task StopAtTheLimitAsync(Dispatcher dispatcher)
    {
        var stopped = dispatcher.StopAsync();
        Time.Advance(Dispatcher.StopLimit);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
