using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications;
using AuditWatch.Tests.Notifications.Email;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Notifications;

/// <summary>What every notifier has to do, whatever it delivers to: the tests of a new one begin by inheriting this.</summary>
public abstract class NotifierContract
{
    /// <summary>Part of every secret a notifier is given; must never be seen again.</summary>
    public const string Canary = SmtpServer.Canary;

    /// <summary>In every text of an event; has no business in results, which go to logs.</summary>
    private const string EventCanary = "eVeNtCaNaRy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Skips the test where the receiver cannot be run.</summary>
    protected virtual void SkipUnlessAvailable()
    {
    }

    /// <summary>A notifier whose receiver is well and enforces every limit of the real one.</summary>
    protected abstract Task<INotifier> CreateAsync();

    /// <summary>A notifier whose receiver takes the notification and never answers.</summary>
    protected abstract Task<INotifier> CreateHangingAsync();

    /// <summary>Completes when the notifier of <see cref="CreateHangingAsync"/> has handed its notification over and waits for the answer.</summary>
    protected abstract Task HangsAsync();

    /// <summary>Everything that can come of an attempt.</summary>
    protected abstract IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync();

    /// <summary>All the receiver got with the last notification.</summary>
    protected abstract Task<string> LastMessageAsync();

    /// <summary>Fails if the last notification the receiver got does anything but show its texts.</summary>
    protected abstract Task AssertHarmlessAsync();

    [SkippableFact]
    public async Task Notify_EverySituation_FollowsTheRetryTableAndKeepsItsSecrets()
    {
        SkipUnlessAvailable();
        var wrong = new List<string>();
        var situations = 0;
        await foreach (var (situation, notifier, expected) in RetryTableAsync())
        {
            situations++;
            var result = await NotifyAsync(notifier, SampleAlert.Saying(EventCanary));
            if (result.Outcome != expected || (result.Outcome == DeliveryOutcome.Delivered) != (result.Reason.Length == 0))
            {
                wrong.Add($"{situation}: expected {expected}, was {result}");
            }

            Assert.DoesNotContain(Canary, $"{result} {notifier} {notifier.Name}", StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(EventCanary, result.Reason, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Empty(wrong);
        Assert.NotEqual(0, situations);
    }

    [SkippableFact]
    public async Task Notify_CancelledWhileTheReceiverHangs_EndsTheAttempt()
    {
        SkipUnlessAvailable();
        using var cancellation = new CancellationTokenSource();
        var attempt = (await CreateHangingAsync()).NotifyAsync(SampleAlert.Notify(SampleAlert.Exec(), "1"), cancellation.Token);
        await HangsAsync().WaitAsync(Patience);
        Assert.False(attempt.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt.WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task Notify_HostileTexts_AreDeliveredAndHarmless()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        foreach (var text in SampleAlert.HostileTexts)
        {
            AssertDelivered(await NotifyAsync(notifier, SampleAlert.Saying(text)));
            await AssertHarmlessAsync();
        }
    }

    [SkippableFact]
    public async Task Notify_HugeTexts_FitTheReceiversLimits()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        foreach (var text in new[] { new string('a', 100_000), new string('&', 100_000), string.Concat(Enumerable.Repeat("🔥", 50_000)), new string('\'', 319) })
        {
            var alert = SampleAlert.Saying(text);
            alert = alert with
            {
                Why = [.. Enumerable.Repeat(text, 500)],
                Requests = [.. Enumerable.Range(0, 10).Select(i => alert.Requests[0] with { Verb = $"{i}{text}", ClientIP = $"{i}{text}" })],
                Detection = alert.Detection with { Title = text, Name = text, Runbook = text, Tags = [.. Enumerable.Range(1000, 500).Select(i => $"attack.t{i}")] },
            };
            AssertDelivered(await NotifyAsync(notifier, alert));
            AssertDelivered(await NotifyAsync(notifier, SampleAlert.Group(alert)));
        }
    }

    [SkippableFact]
    public async Task Notify_AnyText_IsDeliveredAndHarmless()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        var texts = Gen.Sample(Gen.Select(ArbMap.Default.GeneratorFor<string>(), text => text ?? ""), 50, LongForm.Of(30));
        foreach (var text in texts)
        {
            AssertDelivered(await NotifyAsync(notifier, SampleAlert.Saying(text)));
            await AssertHarmlessAsync();
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Notify_EveryKind_IsDeliveredAndKeepsItsSecrets(bool isGroup)
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        string? receipt = null;
        foreach (var kind in Enum.GetValues<NotificationKind>())
        {
            var notification = (isGroup ? SampleAlert.Group(SampleAlert.Exec()) : SampleAlert.Notify(SampleAlert.Exec(), "n")) with
            {
                Id = $"n-{kind}",
                Kind = kind,
                Receipt = receipt,
                ExternalUrl = new Uri("https://auditwatch.example.com/"),
                Digest = kind == NotificationKind.Digest ? SampleAlert.Digest(200) : [],
            };
            var result = await NotifyAsync(notifier, notification);

            AssertDelivered(result);
            receipt = result.Receipt;
            Assert.True(kind != NotificationKind.Digest || receipt is null, "a digest's conversation ends with it: what is kept of it is kept for ever");
            var got = await LastMessageAsync();
            Assert.Contains("5f1c3a9e2b7d4c60", got, StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, $"{got} {result}", StringComparison.OrdinalIgnoreCase);
        }
    }

    [SkippableFact]
    public async Task Notify_HostileGroup_IsDeliveredAndHarmless()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        foreach (var text in SampleAlert.HostileTexts)
        {
            var alert = SampleAlert.Saying(text) with { AcknowledgedBy = text, ClosedBy = text };
            foreach (var (kind, status) in new[] { (NotificationKind.Updated, AlertStatus.Acknowledged), (NotificationKind.Closed, AlertStatus.Closed), (NotificationKind.Digest, AlertStatus.Open) })
            {
                var group = SampleAlert.Group(alert with { Status = status }) with
                {
                    Kind = kind,
                    ExternalUrl = new Uri("https://auditwatch.example.com/"),
                    Digest = kind == NotificationKind.Digest ? [new DigestLine(text, Level.High, 3), .. SampleAlert.Digest(3)] : [],
                };
                AssertDelivered(await NotifyAsync(notifier, group));
                await AssertHarmlessAsync();
            }
        }
    }

    [SkippableFact]
    public async Task Notify_ReceiptOfSomethingElse_IsNotMistakenForItsOwn()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        foreach (var receipt in SampleAlert.HostileTexts.Append(new string('x', 1000)).Append("C0123456789:1.1").Append("<a@b> [HIGH] x"))
        {
            AssertDelivered(await NotifyAsync(notifier, SampleAlert.Notify(SampleAlert.Exec(), Guid.NewGuid().ToString("n")) with { Kind = NotificationKind.Updated, Receipt = receipt }));
            Assert.Contains("5f1c3a9e2b7d4c60", await LastMessageAsync(), StringComparison.Ordinal);
        }
    }

    private protected static Task<DeliveryResult> NotifyAsync(INotifier notifier, Alert alert) =>
        NotifyAsync(notifier, SampleAlert.Notify(alert, Guid.NewGuid().ToString("n")));

    private protected static Task<DeliveryResult> NotifyAsync(INotifier notifier, Notification notification) =>
        notifier.NotifyAsync(notification, CancellationToken.None).WaitAsync(Patience);

    private static void AssertDelivered(DeliveryResult result)
    {
        Assert.Equal(DeliveryResult.Delivered, result with { Receipt = null });
        Assert.InRange(result.Receipt?.Length ?? 1, 1, 1000);
    }
}
