using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;

namespace AuditWatch.Tests.Notifications.Delivery;

/// <summary>A dispatcher on virtual time with an outbox in memory, what it logs and what it counts.</summary>
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

    /// <summary>What survives a restart.</summary>
    protected IStateStore Store { get; } = new MemoryStateStore();

    /// <summary>The outbox of the dispatcher that was created last.</summary>
    private protected Outbox Outbox { get; private set; } = null!;

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

    private protected Dispatcher Create(params INotifier[] notifiers) => Create(isForPeople: false, notifiers);

    private protected Dispatcher Create(bool isForPeople, params INotifier[] notifiers) =>
        Create(new Receiver("soc", [.. notifiers.Select(notifier => new Integration(notifier, SendResolved: false, isForPeople))]));

    private protected Dispatcher Create(params Receiver[] receivers)
    {
        Outbox = new Outbox(Store, receivers.SelectMany(receiver => receiver.Integrations), Time);
        _dispatchers.Add(new Dispatcher(receivers, Outbox, Time, Log));
        return _dispatchers[^1];
    }

    /// <summary>Makes notifications due, each of a conversation and an actor of its own, and durable.</summary>
    protected void Send(params string[] ids)
    {
        foreach (var id in ids)
        {
            Send(SampleAlert.Notify(SampleAlert.Exec() with { Id = id, Actor = id }, id) with { GroupKey = id, DueAt = Time.GetUtcNow() });
        }
    }

    /// <summary>Makes a notification due, and durable.</summary>
    protected void Send(Notification notification, string? to = null)
    {
        var changes = new StateChanges();
        var release = Outbox.Add(notification, to ?? Name, changes);
        Assert.True(Store.CommitAsync(changes).IsCompletedSuccessfully);
        release();
    }

    /// <summary>Lets everything be delivered.</summary>
    private protected static Task DrainAsync(Dispatcher dispatcher) => dispatcher.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Waits for the pause before the next attempt, and lets it pass.</summary>
    protected async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await Time.NextWaitAsync(DeliveryAttempt.Limit);
        Time.Advance(pause);
        return pause;
    }

    /// <summary>Waits for what workers do in their own time.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 3000, "it did not happen within 30 s");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>An attempt that ends only by being cancelled.</summary>
    protected async Task<DeliveryResult> NeverAsync(Notification notification, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
        return Later;
    }
}
