using AuditWatch.Alerts;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications;

/// <summary>A dispatcher on virtual time, what it logs and what it counts.</summary>
public abstract class DispatcherFixture : IDisposable
{
    private protected static readonly DeliveryResult Later = DeliveryResult.Retry("busy");

    private protected DispatcherFixture() => Counts = new NotificationCounts(Name);

    /// <summary>The name of the notifier that is counted.</summary>
    protected string Name { get; } = $"soc/{Guid.NewGuid():n}";

    private protected ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    private protected RecordingLogger<Dispatcher> Log { get; } = new();

    private protected NotificationCounts Counts { get; }

    public void Dispose()
    {
        Counts.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static AlertChange Opened(string id) => new(AlertChangeKind.Opened, SampleAlert.Exec() with { Id = id });

    protected Dispatcher Create(params INotifier[] notifiers) => new([new Receiver("soc", notifiers)], new Route("soc"), Time, Log);

    /// <summary>Waits for the pause before the next attempt, and lets it pass.</summary>
    protected async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await Time.NextWaitAsync(NotifierQueue.AttemptLimit);
        Time.Advance(pause);
        return pause;
    }

    /// <summary>An attempt that ends only by being cancelled.</summary>
    protected async Task<DeliveryResult> NeverAsync(Notification notification, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
        return Later;
    }
}
