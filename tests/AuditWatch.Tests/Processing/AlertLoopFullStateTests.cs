using AuditWatch.Alerts;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Routing;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Processing;

/// <summary>While the state has no room: who reads is answered, who acts waits without a thread, and it goes on when there is room.</summary>
public sealed class AlertLoopFullStateTests : IAsyncDisposable
{
    private readonly FullStore _store = new();
    private readonly AlertLoopHarness _samples = new();
    private readonly Receiver _soc = new("soc", [new Integration(new ScriptedNotifier("soc"), SendResolved: true, IsForPeople: true)]);
    private readonly Outbox _outbox;
    private readonly AlertLoop _loop;

    public AlertLoopFullStateTests()
    {
        _outbox = new Outbox(_store, _soc.Integrations, _samples.Time);
        _loop = new AlertLoop(AlertBook.OnWallClock(_samples.Time), new AlertRouting(new Route { Receiver = "soc" }, [_soc]), _outbox, _store, _samples.Time);
    }

    public async ValueTask DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task Snapshot_StateFull_IsReadAndActionsWaitForRoom()
    {
        var id = Find("jane").Changes[0].Alert.Id;
        _store.Fill();

        var acknowledged = _loop.AcknowledgeAsync(id, "ann");
        var advanced = _loop.AdvanceAsync();

        Assert.Equal(1, _loop.Snapshot.OpenCount);
        Assert.Equal(AlertStatus.Open, _loop.Snapshot.Alerts[id].Status);
        Assert.False(acknowledged.IsCompleted);
        _store.MakeSpace();
        Assert.True(await acknowledged.WaitAsync(TimeSpan.FromSeconds(30)));
        await advanced.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(AlertStatus.Acknowledged, _loop.Snapshot.Alerts[id].Status);
    }

    [Fact]
    public async Task Apply_NotDurableYet_HasChangedAlertsAndTellsNobody()
    {
        var silence = new Silence { Id = "s", Matchers = Matchers.Parse("actor=joe"), CreatedBy = "ann", Comment = "test", StartsAt = _samples.Time.GetUtcNow(), EndsAt = _samples.Time.GetUtcNow().AddHours(1) };
        Assert.True(await _loop.AddAsync(silence));
        var slow = new SlowCommits(_store);
        await using var loop = new AlertLoop(AlertBook.OnWallClock(_samples.Time), new AlertRouting(new Route { Receiver = "soc" }, [_soc]), _outbox, slow, _samples.Time);

        var (changes, durable) = ((IAlertSink)loop).Apply([_samples.Finding()], WatchReport.Nothing, new StateChanges());

        Assert.Equal(AlertChangeKind.Opened, Assert.Single(changes).Kind);
        Assert.Equal("s", Assert.Single(loop.Snapshot.Silences).Id);
        Assert.False(durable.IsCompleted);
        Assert.False(_outbox.QueueOf("soc").CanDequeue);
        slow.Release();
        await durable.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(_outbox.QueueOf("soc").CanDequeue);
    }

    [Fact]
    public async Task DisposeAsync_StateFull_RefusesWhatWaits()
    {
        _store.Fill();
        var waiting = Task.Run(() => Find("jane"));
        var acknowledged = _loop.AcknowledgeAsync("x", "ann");

        await _loop.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => acknowledged);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _loop.CloseAsync("x", "ann"));
    }

    private AlertsChanged Find(string actor) => ((IAlertSink)_loop).Apply([_samples.Finding(actor)], WatchReport.Nothing, new StateChanges());

    // Has room for everything, and takes its time.
    private sealed class SlowCommits(IStateStore store) : IStateStore
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Problem => null;

        public void Release() => _written.SetResult();

        public IEnumerable<StateRow> Read(StateTable table) => store.Read(table);

        public IReadOnlyList<StateRow> Find(StateTable table, IReadOnlyCollection<string> values, string? column = null) => store.Find(table, values, column);

        public IReadOnlyList<DetectionTotal> TotalByDetection(string first, string counted, IReadOnlyCollection<string>? clusters) => store.TotalByDetection(first, counted, clusters);

        public AlertPage Search(AlertSearch search) => store.Search(search);

        public async Task CommitAsync(StateChanges changes)
        {
            await store.CommitAsync(changes);
            await _written.Task;
        }

        public ValueTask WaitForRoomAsync(CancellationToken cancellation = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
