using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.Notifications.Delivery;

public sealed class DispatcherRetryTests : DispatcherFixture
{
    [Fact]
    public async Task Dispatch_ReceiverBusy_TriesAgainWithGrowingPausesUpToAMinute()
    {
        var notifier = new ScriptedNotifier(Name, [.. Enumerable.Repeat(Later, 12), DeliveryResult.Delivered]);
        var dispatcher = Create(notifier);

        Send("a");
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            await notifier.NextAttemptAsync();
            pauses.Add(await PassPauseAsync());
        }

        await DrainAsync(dispatcher);
        // Doubling from a second with jitter: six pauses add up to between 2^5 and 2^6 times the first's mean of 0.7 s.
        Assert.InRange(pauses.Take(6).Sum(pause => pause.TotalSeconds), 20, 50);
        Assert.Equal(TimeSpan.FromMinutes(1), pauses.Max());
        Assert.Equal((12, 1), (Counts["retries"], Counts["delivered"]));
        Assert.Equal(
            [(LogLevel.Warning, $"{Name} takes no notifications for now: busy; trying again"), (LogLevel.Information, $"{Name} takes notifications again; 0 dead letters of it can be sent again")],
            Log.Lines);
    }

    [Fact]
    public async Task Dispatch_ReceiverSaysWhen_WaitsThatLong()
    {
        var notifier = new ScriptedNotifier(Name, DeliveryResult.Retry("rate limited", TimeSpan.FromSeconds(137)), DeliveryResult.Delivered);
        var dispatcher = Create(notifier);

        Send("a");

        Assert.Equal(TimeSpan.FromSeconds(137), await PassPauseAsync());
        await DrainAsync(dispatcher);
        Assert.Equal(1, Counts["delivered"]);
    }

    [Fact]
    public async Task Dispatch_ReceiverSaysAtOnce_StillPauses()
    {
        var notifier = new ScriptedNotifier(Name, DeliveryResult.Retry("rate limited", TimeSpan.Zero), DeliveryResult.Delivered);
        var dispatcher = Create(notifier);

        Send("a");

        Assert.NotEqual(TimeSpan.Zero, await PassPauseAsync());
    }

    [Fact]
    public async Task Dispatch_NoAnswer_EndsTheAttemptAndTriesAgain()
    {
        var attempts = 0;
        var notifier = new ScriptedNotifier(Name, async (_, cancellation) =>
        {
            if (attempts++ == 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
            }

            return DeliveryResult.Delivered;
        });
        var dispatcher = Create(notifier);

        Send("a");
        await notifier.NextAttemptAsync();
        Time.Advance(DeliveryAttempt.Limit);
        await PassPauseAsync();

        await DrainAsync(dispatcher);
        Assert.Equal((1, 1), (Counts["retries"], Counts["delivered"]));
        Assert.Contains("no answer within 30 s", Log.Lines.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_ReceiverStaysBroken_GivesUpCountsAllAndLogsOnce()
    {
        var broken = true;
        var notifier = new ScriptedNotifier(Name, (_, _) => Task.FromResult(broken ? Later : DeliveryResult.Delivered));
        var dispatcher = Create(notifier);

        Send("a", "b", "c");
        await notifier.NextAttemptAsync();
        await Time.NextWaitAsync(DeliveryAttempt.Limit);
        Time.Advance(NotifierWorker.MaxAge);
        foreach (var id in new[] { "a", "b", "c" })
        {
            Assert.Equal(id, (await notifier.NextAttemptAsync()).Id);
        }

        broken = false;
        Send("d");
        await DrainAsync(dispatcher);
        Assert.Equal((3, 1, 1), (Counts["expired"], Counts["retries"], Counts["delivered"]));
        Assert.Equal([LogLevel.Warning, LogLevel.Error, LogLevel.Information], Log.Lines.Select(line => line.Level));
        Assert.Contains("alert a (exec_into_pod): busy", Log.Lines.ElementAt(1).Text, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], Outbox.DeadLetters.All.Select(letter => letter.Entry.Notification.Id));
        Assert.Contains("3 dead letters of it can be sent again", Log.Lines.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_ReceiverAsksForLong_IsTriedBeforeThat()
    {
        var notifier = new ScriptedNotifier(Name, DeliveryResult.Retry("come tomorrow", TimeSpan.FromDays(1)), DeliveryResult.Delivered);
        var dispatcher = Create(notifier);

        Send("a");

        Assert.Equal(NotifierWorker.MaxRetryAfter, await PassPauseAsync());
        await DrainAsync(dispatcher);
        Assert.Equal(1, Counts["delivered"]);
    }

    [Fact]
    public async Task Dispatch_Rejected_IsNotTriedAgainAndIsCountedAndLogged()
    {
        var notifier = new ScriptedNotifier(Name, DeliveryResult.Rejected("no_service"));
        var dispatcher = Create(notifier);

        Send("a", "b");
        await DrainAsync(dispatcher);

        Assert.Equal((2, 0), (Counts["rejected"], Counts["retries"]));
        Assert.All(Outbox.DeadLetters.All, letter => Assert.Equal("no_service", letter.Reason));
        var (level, text) = Assert.Single(Log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("no_service", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_NotifierThrows_TheWorkerLivesOnAndSaysNothingSecret()
    {
        var notifier = new ScriptedNotifier(Name, (notification, _) => notification.Id == "a" ? throw new InvalidOperationException("canary") : Task.FromResult(DeliveryResult.Delivered));
        var dispatcher = Create(notifier);

        Send("a", "b");
        await DrainAsync(dispatcher);

        Assert.Equal((1, 1), (Counts["rejected"], Counts["delivered"]));
        Assert.Contains("InvalidOperationException", Log.Lines.First().Text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", string.Concat(Log.Lines), StringComparison.Ordinal);
    }
}
