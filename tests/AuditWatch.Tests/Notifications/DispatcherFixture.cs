using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Tests.Notifications;

/// <summary>A dispatcher on virtual time, what it logs and what it counts.</summary>
public abstract class DispatcherFixture : IAsyncLifetime
{
    private readonly List<Dispatcher> _dispatchers = [];

    private protected static readonly DeliveryResult Later = DeliveryResult.Retry("busy");

    private protected DispatcherFixture() => Counts = new NotificationCounts(Name);

    /// <summary>The name of the notifier that is counted.</summary>
    protected string Name { get; } = $"soc/{Guid.NewGuid():n}";

    private protected VirtualTime Time { get; } = new();

    private protected RecordingLogger<Dispatcher> Log { get; } = new();

    private protected NotificationCounts Counts { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Ends the workers, whatever they wait for.</summary>
    public async Task DisposeAsync()
    {
        foreach (var dispatcher in _dispatchers)
        {
            await dispatcher.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));
        }

        Counts.Dispose();
    }

    protected static AlertChange Opened(string id) => new(AlertChangeKind.Opened, SampleAlert.Exec() with { Id = id });

    protected static Receiver To(string name, params INotifier[] notifiers) =>
        new(name, [.. notifiers.Select(notifier => new Integration(notifier, SendResolved: false, IsForPeople: true))]);

    protected Dispatcher Create(params INotifier[] notifiers) => Create(To("soc", notifiers));

    protected Dispatcher Create(params Receiver[] receivers)
    {
        _dispatchers.Add(new Dispatcher(receivers, new Route { Receiver = "soc" }, Time, Log));
        return _dispatchers[^1];
    }

    /// <summary>Lets everything be delivered.</summary>
    protected static Task DrainAsync(Dispatcher dispatcher) => dispatcher.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Waits for the pause before the next attempt, and lets it pass.</summary>
    protected async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await Time.NextWaitAsync(NotifierQueue.AttemptLimit);
        Time.Jump(pause);
        return pause;
    }

    /// <summary>An attempt that ends only by being cancelled.</summary>
    protected async Task<DeliveryResult> NeverAsync(Notification notification, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
        return Later;
    }
}
