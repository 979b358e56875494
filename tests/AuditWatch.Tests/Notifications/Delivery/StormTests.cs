using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;

namespace AuditWatch.Tests.Notifications.Delivery;

public sealed class StormTests : DispatcherFixture
{
    private const int PerMinute = Receiver.DefaultMaxMessagesPerMinute;

    [Fact]
    public async Task Storm_ToPeople_TwentyOneByOneAndTheRestInOneDigest()
    {
        var notifier = new ScriptedNotifier(Name);
        var dispatcher = Create(isForPeople: true, notifier);

        for (var i = 0; i < 1000; i++)
        {
            var alert = SampleAlert.Exec() with { Id = $"alert{i}", Level = i == 500 ? Level.Critical : Level.High };
            Send(SampleAlert.Notify(alert, $"n{i}") with { GroupKey = $"g{i}", DueAt = Time.GetUtcNow() });
        }

        for (var i = 0; i < PerMinute; i++)
        {
            Assert.Equal($"n{i}", (await notifier.NextAttemptAsync()).Id);
        }

        await PassPauseAsync();
        var digest = await notifier.NextAttemptAsync();

        Assert.Equal((NotificationKind.Digest, Notification.MaxAlerts, 980 - Notification.MaxAlerts), (digest.Kind, digest.Alerts.Count, digest.MoreAlerts));
        Assert.Equal("alert500", digest.Alerts[0].Id);
        Assert.Equal([new DigestLine("exec_into_pod", Level.Critical, 980)], digest.Digest);
        await DrainAsync(dispatcher);
        Assert.Equal(PerMinute + 1, Counts["delivered"]);
        Assert.Empty(Store.Read(StateTables.Notifications));
    }

    [Fact]
    public async Task Storm_OfPages_WhatEndsOneIsInNoDigest()
    {
        var notifier = new ScriptedNotifier(Name);
        Create(new Receiver("soc", [new Integration(notifier, SendResolved: true, IsForPeople: true) { HasPages = true }]));
        Send([.. Enumerable.Range(0, PerMinute + 3).Select(i => $"{i}")]);
        for (var i = 0; i < PerMinute; i++)
        {
            await notifier.NextAttemptAsync();
        }

        foreach (var (id, kind) in new[] { ("0", NotificationKind.Closed), ("1", NotificationKind.Acknowledged) })
        {
            Send(SampleAlert.Notify(SampleAlert.Exec() with { Id = id }, $"{id}-{kind}") with { Kind = kind, GroupKey = id, DueAt = Time.GetUtcNow() });
        }

        await PassPauseAsync();

        Assert.Equal("0-Closed", (await notifier.NextAttemptAsync()).Id);
        Assert.Equal("1-Acknowledged", (await notifier.NextAttemptAsync()).Id);
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
        Assert.InRange(Counts["delivered"], PerMinute + 1, PerMinute + 2);
        Assert.Equal(0, Outbox.DeadLetters.Count);
        Assert.Empty(Store.Read(StateTables.Notifications));
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
