using AuditWatch.Alerts;
using AuditWatch.Notifications;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Notifications;

/// <summary>What every notifier has to do, whatever it delivers to: the tests of a new one begin by inheriting this.</summary>
public abstract class NotifierContract
{
    /// <summary>Part of every secret a notifier is given; must never be seen again.</summary>
    protected const string Canary = "cAnArY7f3bsEcReT";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Skips the test where the receiver cannot be run.</summary>
    protected virtual void SkipUnlessAvailable()
    {
    }

    /// <summary>A notifier whose receiver is well and enforces every limit of the real one.</summary>
    protected abstract Task<INotifier> CreateAsync();

    /// <summary>A notifier whose receiver takes the notification and never answers.</summary>
    protected abstract Task<INotifier> CreateHangingAsync();

    /// <summary>Everything that can come of an attempt.</summary>
    protected abstract IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync();

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
            var result = await NotifyAsync(notifier, SampleAlert.Exec());
            if (result.Outcome != expected || (result.Outcome == DeliveryOutcome.Delivered) != (result.Reason.Length == 0))
            {
                wrong.Add($"{situation}: expected {expected}, was {result}");
            }

            Assert.DoesNotContain(Canary, $"{result} {notifier} {notifier.Name}", StringComparison.OrdinalIgnoreCase);
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
        Assert.NotSame(attempt, await Task.WhenAny(attempt, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)));

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
            Assert.Equal(DeliveryResult.Delivered, await NotifyAsync(notifier, SampleAlert.Saying(text)));
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
            Assert.Equal(DeliveryResult.Delivered, await NotifyAsync(notifier, alert));
        }
    }

    [SkippableFact]
    public async Task Notify_AnyText_IsDeliveredAndHarmless()
    {
        SkipUnlessAvailable();
        var notifier = await CreateAsync();
        var texts = Gen.Sample(Gen.Select(ArbMap.Default.GeneratorFor<string>(), text => text ?? ""), 50, 30);
        foreach (var text in texts)
        {
            Assert.Equal(DeliveryResult.Delivered, await NotifyAsync(notifier, SampleAlert.Saying(text)));
            await AssertHarmlessAsync();
        }
    }

    private protected static Task<DeliveryResult> NotifyAsync(INotifier notifier, Alert alert) =>
        notifier.NotifyAsync(SampleAlert.Notify(alert, Guid.NewGuid().ToString("n")), CancellationToken.None).WaitAsync(Patience);
}
