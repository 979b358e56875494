using System.Diagnostics.Metrics;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Routing;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Telemetry;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Processing;

/// <summary>An alert loop on virtual time whose state outlives it: what it puts into the outbox is what people are told.</summary>
internal sealed class AlertLoopHarness
{
    public static readonly DetectionRule Exec = SampleAlert.Rule("exec_into_pod", "Command run in a pod");

    private readonly IStateStore _store = new MemoryStateStore();
    private Outbox _outbox;

    public AlertLoopHarness(Route? route = null, bool sendResolved = false, bool isForPeople = true, TimeSpan? resolveAfter = null, bool hasPages = false, Func<AlertRouting, AlertRouting>? with = null)
    {
        Receiver receiver = new("soc", [new Integration(new ScriptedNotifier("soc/test"), sendResolved, isForPeople) { HasPages = hasPages }]);
        Routing = new AlertRouting(route ?? new Route { Receiver = "soc" }, [receiver, receiver with { Name = "lead" }]);
        Routing = with?.Invoke(Routing) ?? Routing;
        ResolveAfter = resolveAfter;
        _outbox = null!;
        Loop = Restart();
    }

    public VirtualTime Time { get; } = new();

    public AlertRouting Routing { get; set; }

    /// <summary>What it counts by, which nothing else does.</summary>
    public ServiceMetrics Metrics { get; } = new(new Meter("of one test"));

    public TimeSpan? ResolveAfter { get; }

    public AlertLoop Loop { get; private set; }

    public IStateStore Store => _store;

    /// <summary>A new loop on the state of the one before.</summary>
    public AlertLoop Restart()
    {
        _outbox = new Outbox(_store, Routing.Receivers[0].Integrations, Time);
        return Loop = new AlertLoop(AlertBook.OnWallClock(Time, ResolveAfter), Routing, _outbox, _store, Time, Metrics);
    }

    /// <summary>Lets a batch of findings pass.</summary>
    public IReadOnlyList<AlertChange> Find(params Finding[] findings)
    {
        var (changes, durable) = ((IAlertSink)Loop).Apply(findings, WatchReport.Nothing, new StateChanges());
        durable.GetAwaiter().GetResult();
        return changes;
    }

    /// <summary>The alerts as they stand, in the order they were opened.</summary>
    public IReadOnlyList<Alert> Alerts => [.. Loop.Snapshot.Alerts.Values.OrderBy(alert => alert.OpenedAt)];

    public Finding Finding(string actor = "jane", Level? level = null, string cluster = "", DetectionRule? rule = null, RequestSnapshot? request = null) => new()
    {
        Detection = rule ?? Exec,
        Level = level ?? (rule ?? Exec).Level,
        Request = (request ?? new RequestSnapshot { AuditId = "1" }) with { Time = Time.GetUtcNow() },
        Time = Time.GetUtcNow(),
        Actor = actor,
        Cluster = cluster,
        Summary = $"{actor} ran a command",
        Dedup = [new("actor", actor)],
        Why = [],
    };

    /// <summary>Lets time pass.</summary>
    public void Pass(double minutes)
    {
        Time.Advance(TimeSpan.FromMinutes(minutes));
        Loop.AdvanceAsync().GetAwaiter().GetResult();
    }

    /// <summary>What people have been told since the last call: kind, and of each alert the actor and count.</summary>
    public string[] Told() => [.. _outbox.QueueOf("soc/test").Dequeue(int.MaxValue).Select(Deliver)
        .Select(told => $"{told.Kind}: {string.Join(", ", told.Alerts.Select(alert => $"{alert.Actor} {alert.Count}"))}")];

    /// <summary>As <see cref="Told"/>, as it goes to receivers.</summary>
    public Notification[] Notifications() => [.. _outbox.QueueOf("soc/test").Dequeue(int.MaxValue).Select(Deliver)];

    /// <summary>What has happened to the alert of an actor: the event, who, and the note.</summary>
    public string[] History(string actor) => [.. new AlertHistory(_store).EventsOf(Alerts.Single(alert => alert.Actor == actor).Id)
        .Select(happened => $"{happened.Event} {happened.Who}: {happened.Note}")];

    private Notification Deliver(OutboxEntry entry)
    {
        Assert.True(_outbox.DeliveredAsync(entry, receipt: null).IsCompletedSuccessfully);
        return entry.Notification;
    }
}
