using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;

namespace AuditWatch.Tests.Notifications.Delivery;

/// <summary>What of many messages goes out by itself, and what in a digest. It is long because each of its tests is a story of some minutes, told to its end.</summary>
public sealed class StormTests : DispatcherFixture
{
    private const int PerMinute = Receiver.DefaultMaxMessagesPerMinute;

    // Of twenty a minute, for what is at least high, and for the rest.
    private const int HighPerMinute = 15;
    private const int MildPerMinute = 10;

    [Fact]
    public async Task Storm_ToPeople_TheMostSevereByThemselvesAndTheRestInOneDigest()
    {
        using var gate = new SemaphoreSlim(0);
        var notifier = new ScriptedNotifier(Name, async (_, cancellation) => await PassAsync(gate, cancellation));
        var dispatcher = Create(isForPeople: true, notifier);
        Send("n0", "actor0", Level.High);
        var singles = new List<string> { (await notifier.NextAttemptAsync()).Id };
        for (var i = 1; i < 1000; i++)
        {
            Send($"n{i}", $"actor{i}", i == 500 ? Level.Critical : i % 2 == 0 ? Level.High : Level.Low);
        }

        gate.Release(int.MaxValue);
        for (var i = 1; i < HighPerMinute; i++)
        {
            singles.Add((await notifier.NextAttemptAsync()).Id);
        }

        // The first was on its way when nothing else was there.
        Assert.Equal(["n0", "n500", .. Enumerable.Range(1, HighPerMinute - 2).Select(i => $"n{2 * i}")], singles);
        Assert.Equal(StormControl.Collecting, await PassPauseAsync());
        var digest = await notifier.NextAttemptAsync();

        Assert.Equal((NotificationKind.Digest, 1000 - HighPerMinute - Notification.MaxAlerts), (digest.Kind, digest.MoreAlerts));
        Assert.All(digest.Alerts, alert => Assert.Equal(Level.High, alert.Level));
        await DrainAsync(dispatcher);
        Assert.Equal(HighPerMinute + 1, Counts["delivered"]);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    [Fact]
    public async Task Calm_MessagesThatThereIsRoomFor_GoInTheOrderOfTime()
    {
        using var gate = new SemaphoreSlim(0);
        var notifier = new ScriptedNotifier(Name, async (_, cancellation) => await PassAsync(gate, cancellation));
        Create(isForPeople: true, notifier);
        Send("a", "joe", Level.Low);
        var told = new List<string> { (await notifier.NextAttemptAsync()).Id };
        foreach (var (id, actor, level) in new[] { ("b", "joe", Level.High), ("c", "joe", Level.Low), ("d", "jane", Level.Medium), ("e", "ann", Level.Critical) })
        {
            Send(id, actor, level);
        }

        gate.Release(int.MaxValue);
        for (var i = 0; i < 4; i++)
        {
            told.Add((await notifier.NextAttemptAsync()).Id);
        }

        // But what is critical waits for nothing that has not begun.
        Assert.Equal(["a", "e", "b", "c", "d"], told);
    }

    [Theory]
    [InlineData(Level.Low, MildPerMinute, Level.High)]
    [InlineData(Level.High, HighPerMinute, Level.Critical)]
    public async Task Noise_OfManyActors_LeavesRoomForWhatIsMoreSevere(Level noise, int room, Level real)
    {
        var notifier = new ScriptedNotifier(Name);
        Create(isForPeople: true, notifier);
        for (var i = 0; i < 100; i++)
        {
            Send($"n{i}", $"actor{i}", noise);
        }

        for (var i = 0; i < room; i++)
        {
            Assert.Equal($"n{i}", (await notifier.NextAttemptAsync()).Id);
        }

        await Time.NextWaitAsync(DeliveryAttempt.Limit);
        Send("real", "jane", real);

        // No time passes.
        Assert.Equal("real", (await notifier.NextAttemptAsync()).Id);
    }

    [Fact]
    public async Task Noise_OfOneActor_LeavesRoomForOthers()
    {
        var notifier = new ScriptedNotifier(Name);
        Create(isForPeople: true, notifier);
        for (var i = 0; i < 100; i++)
        {
            Send($"n{i}", "noise", Level.High);
        }

        for (var i = 0; i < (HighPerMinute + 1) / 2; i++)
        {
            Assert.Equal($"n{i}", (await notifier.NextAttemptAsync()).Id);
        }

        await Time.NextWaitAsync(DeliveryAttempt.Limit);
        Send("real", "jane", Level.High);

        Assert.Equal("real", (await notifier.NextAttemptAsync()).Id);
        Time.Advance(StormControl.Collecting);
        Assert.Equal(NotificationKind.Digest, (await notifier.NextAttemptAsync()).Kind);
    }

    [Fact]
    public async Task Storm_OfWhatIsCritical_WaitsForNoDigest()
    {
        var notifier = new ScriptedNotifier(Name);
        Create(new Receiver("soc", [new Integration(notifier, SendResolved: false, IsForPeople: true)]) { MaxMessagesPerMinute = 1 });
        Send("first", "joe", Level.Critical);
        await notifier.NextAttemptAsync();
        for (var i = 0; i < 3; i++)
        {
            Send($"next{i}", "jane", Level.Critical);
            Assert.Equal(StormControl.Collecting, await PassPauseAsync());
            Assert.Equal($"next{i}", (await notifier.NextAttemptAsync()).Id);
        }
    }

    [Fact]
    public async Task Storm_OfPages_WhatEndsOneIsInNoDigestAndWaitsForNone()
    {
        var notifier = new ScriptedNotifier(Name);
        Create(new Receiver("soc", [new Integration(notifier, SendResolved: true, IsForPeople: true) { HasPages = true }]));
        Send([.. Enumerable.Range(0, HighPerMinute + 3).Select(i => $"{i}")]);
        for (var i = 0; i < HighPerMinute; i++)
        {
            await notifier.NextAttemptAsync();
        }

        await Time.NextWaitAsync(DeliveryAttempt.Limit);
        foreach (var (id, kind) in new[] { ("0", NotificationKind.Closed), ("1", NotificationKind.Acknowledged) })
        {
            Send(SampleAlert.Notify(SampleAlert.Exec() with { Id = id }, $"{id}-{kind}") with { Kind = kind, GroupKey = id, DueAt = Time.GetUtcNow() });
            Assert.Equal($"{id}-{kind}", (await notifier.NextAttemptAsync()).Id);
        }

        Time.Advance(StormControl.Collecting);
        Assert.Equal([new DigestLine("exec_into_pod", Level.High, 3)], (await notifier.NextAttemptAsync()).Digest);
    }

    [Fact]
    public async Task Storm_GoesOn_AtMostTwentyAndADigestAMinute()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(isForPeople: true, notifier);
        var sent = new List<(DateTimeOffset At, NotificationKind Kind, int Alerts)>();
        for (var second = 0; second < 180; second++)
        {
            Send($"{second}a", $"{second}b", $"{second}c");
            // Whoever can work has worked when nothing more comes for a while.
            await SettleAsync(notifier, sent);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await SettleAsync(notifier, sent);
        Assert.InRange(sent.Count, 40, 4 * (PerMinute + 1));
        for (var minute = 0; minute < 3; minute++)
        {
            var from = new DateTimeOffset(2026, 11, 21, 0, minute, 0, TimeSpan.Zero);
            Assert.InRange(sent.Count(message => message.At >= from && message.At < from.AddMinutes(1)), 1, PerMinute + 1);
        }

        var waiting = Outbox.WaitingFor(Name);
        Assert.Equal(540 - waiting, sent.Sum(message => message.Alerts));
        await DrainAsync(dispatcher);
    }

    [Fact]
    public async Task Storm_ToPrograms_EveryNotificationGoesOut()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(notifier);

        Send([.. Enumerable.Range(0, 500).Select(i => $"n{i}")]);
        await DrainAsync(dispatcher);

        Assert.Equal(500, notifier.AttemptCount);
    }

    [Fact]
    public async Task Outage_OfAnHour_LosesNothing()
    {
        var down = true;
        var notifier = new ScriptedNotifier(Name, (_, _) => Task.FromResult(down ? Later : DeliveryResult.Delivered));
        var dispatcher = Create(isForPeople: true, notifier);
        for (var minute = 0; minute < 60; minute++)
        {
            Send($"m{minute}");
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        down = false;
        var told = new HashSet<string>();
        while (told.Count < 60)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            while (notifier.AttemptCount > 0)
            {
                var notification = await notifier.NextAttemptAsync();
                told.UnionWith(notification.Alerts.Select(alert => alert.Id));
                Assert.Equal(notification.Kind == NotificationKind.Digest, notification.Alerts.Count + notification.MoreAlerts > 1);
                if (notification.MoreAlerts > 0)
                {
                    told.UnionWith(Enumerable.Range(0, 60).Select(minute => $"m{minute}"));
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        await DrainAsync(dispatcher);
        Assert.InRange(Counts["delivered"], HighPerMinute + 1, HighPerMinute + 2);
        Assert.Equal(0, Outbox.DeadLetters.Count);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    private void Send(string id, string actor, Level level) =>
        Send(SampleAlert.Notify(SampleAlert.Exec() with { Id = id, Actor = actor, Level = level }, id) with { GroupKey = id, DueAt = Time.GetUtcNow() });

    private static async Task<DeliveryResult> PassAsync(SemaphoreSlim gate, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return DeliveryResult.Delivered;
    }

    private async Task SettleAsync(ScriptedNotifier notifier, List<(DateTimeOffset At, NotificationKind Kind, int Alerts)> sent)
    {
        var idle = 0;
        while (idle < 20)
        {
            idle = notifier.AttemptCount > 0 ? 0 : idle + 1;
            while (notifier.AttemptCount > 0)
            {
                var message = await notifier.NextAttemptAsync();
                sent.Add((Time.GetUtcNow(), message.Kind, message.Alerts.Count + message.MoreAlerts));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
