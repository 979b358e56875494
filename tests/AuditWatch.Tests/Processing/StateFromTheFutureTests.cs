using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Routing;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Composites;
using AuditWatch.Tests.Correlation;
using AuditWatch.Tests.Notifications;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuditWatch.Tests.Processing;

/// <summary>The clock was a year ahead, the service ended, and starts again by the right time: nobody waits a year for anything, and they are told.</summary>
public sealed class StateFromTheFutureTests
{
    private static readonly DateTimeOffset Now = Correlations.Start;
    private static readonly DateTimeOffset Ahead = Now.AddYears(1);

    private readonly MemoryStateStore _store = new();

    [Fact]
    public void Restart_GroupWasToldInTheFuture_MoreIsToldAfterTheUsualInterval()
    {
        var route = new Route { Receiver = "soc", GroupBy = ["detection"], GroupWait = TimeSpan.Zero, GroupInterval = TimeSpan.FromMinutes(5) };
        var ahead = Loop(route, Ahead, out var outbox, out _);
        Assert.Single(Tell(ahead, outbox, Find("jane", Ahead)));

        var loop = Loop(route, Now, out outbox, out var time);
        Assert.Empty(Tell(loop, outbox, Find("joe", Now)));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("joe", Assert.Single(Tell(loop, outbox)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_NotificationWaitsSinceTheFuture_IsNoOlderThanNow()
    {
        var route = new Route { Receiver = "soc", GroupWait = TimeSpan.Zero };
        var ahead = Loop(route, Ahead, out _, out _);
        ((IAlertSink)ahead).Apply([Find("jane", Ahead)], WatchReport.Nothing, new StateChanges());
        await ahead.AdvanceAsync();

        Loop(route, Now, out var outbox, out _);

        Assert.Equal(Now, Assert.Single(outbox.QueueOf("soc").Dequeue(int.MaxValue)).Notification.DueAt);
    }

    [Theory]
    [InlineData("type: event_count\nrules: [a]\ntimespan: 10m\ncondition: {gte: 3}", 3)]
    [InlineData("type: event_count\nrules: [a]\ntimespan: 10m\ncondition: {eq: 3}", 3)]
    public void Restore_WindowsAreInTheFuture_WhatComesNowCounts(string section, int count)
    {
        var detections = Correlations.Load(Correlations.Document("many", section));
        Push(Start(detections, Ahead), Ahead, "a");

        var processor = Start(detections, Now);
        var raised = Enumerable.Range(0, count).SelectMany(n => Push(processor, Now.AddMinutes(30 + n), "a")).Concat(Push(processor, Now.AddHours(2), "z"));

        Assert.Contains("many", raised);
    }

    [Fact]
    public void Restore_LearningBeganInTheFuture_EndsAfterTheUsualTime()
    {
        var detections = Correlations.Load("title: rare\nname: rare\nlogsource: {product: kubernetes, service: audit}\ndetection: {selection: {verb: list}, condition: selection}\nauditwatch: {firstSeen: {by: [user.username], learn: 7d}}\n");
        Push(Start(detections, Ahead), Ahead, "z");

        Assert.Contains("rare", Push(Start(detections, Now), Now.AddDays(7), "list"));
    }

    [Fact]
    public async Task Restore_StoryWasToldAndWaitsInTheFuture_IsToldAgainNow()
    {
        var set = CompositeSets.Load(CompositeSets.Document("within: 1h\nsteps:\n  - made: {rule: a, match: {actor: $who}}\n  - used: {rule: b, match: {actor: $who}}"));
        Push(await ReadyAsync(set, Ahead), Ahead, "a", "b");
        Push(await ReadyAsync(set, Ahead), Ahead.AddHours(1), "a");

        var processor = await ReadyAsync(set, Now);
        Push(processor, Now.AddDays(1), "a");

        Assert.Contains("story", Push(processor, Now.AddDays(1).AddMinutes(1), "b"));
    }

    [Fact]
    public void Restore_SourceSpokeInTheFuture_HasSpokenNow()
    {
        var time = new FakeTimeProvider(Ahead);
        var watch = new SourceWatch(new WatchSettings(), time);
        var changes = new StateChanges();
        using var batch = Batch(Ahead, "a");
        watch.See(batch, changes);
        _store.CommitAsync(changes);

        var after = new SourceWatch(new WatchSettings(), new FakeTimeProvider(Now));
        after.Restore(_store);

        Assert.Equal(Now, Assert.Single(after.Sources).SpokeAt);
    }

    private AlertLoop Loop(Route route, DateTimeOffset at, out Outbox outbox, out FakeTimeProvider time)
    {
        time = new FakeTimeProvider(at);
        Receiver receiver = new("soc", [new Integration(new ScriptedNotifier("soc"), SendResolved: true, IsForPeople: true)]);
        outbox = new Outbox(_store, receiver.Integrations, time);
        return new AlertLoop(AlertBook.OnWallClock(time), new AlertRouting(route, [receiver]), outbox, _store, time);
    }

    private static IEnumerable<string> Tell(AlertLoop loop, Outbox outbox, params Finding[] findings)
    {
        ((IAlertSink)loop).Apply(findings, WatchReport.Nothing, new StateChanges());
        loop.AdvanceAsync().GetAwaiter().GetResult();
        return
        [
            .. outbox.QueueOf("soc").Dequeue(int.MaxValue).Select(entry =>
            {
                outbox.DeliveredAsync(entry, receipt: null);
                return string.Join(' ', entry.Notification.Alerts.Select(alert => alert.Actor));
            }),
        ];
    }

    private static Finding Find(string actor, DateTimeOffset time) => new()
    {
        Detection = AlertLoopHarness.Exec,
        Request = new RequestSnapshot { AuditId = "1", Time = time },
        Time = time,
        Actor = actor,
        Summary = actor,
        Dedup = [new("actor", actor)],
        Why = [],
    };

    private async Task<BatchProcessor> ReadyAsync(DetectionSet detections, DateTimeOffset now)
    {
        var processor = Start(detections, now, out var stages);
        await stages.Composites.Ready;
        return processor;
    }

    private BatchProcessor Start(DetectionSet detections, DateTimeOffset now) => Start(detections, now, out _);

    private BatchProcessor Start(DetectionSet detections, DateTimeOffset now, out DetectionStages stages)
    {
        var all = stages = DetectionStages.For(detections, NullLoggerFactory.Instance);
        var memory = new StageState(_store);
        memory.Restore(stages, now);
        return new BatchProcessor(() => all, Loop(new Route { Receiver = "soc" }, now, out _, out _), NullLogger<BatchProcessor>.Instance) { StageState = memory };
    }

    private static List<string> Push(BatchProcessor processor, DateTimeOffset time, params string[] verbs)
    {
        var outcome = processor.Process(Batch(time, verbs));
        using var batch = outcome.Batch;
        batch.Outcome.GetAwaiter().GetResult();
        return [.. outcome.Findings.Select(finding => finding.Detection.Name)];
    }

    private static EventBatch Batch(DateTimeOffset time, params string[] verbs)
    {
        var batch = new EventBatch(new EventOrigin("log"), time);
        var lines = verbs.Select((verb, n) => $$"""
            {"auditID":"{{time:O}}{{n}}","stage":"ResponseComplete","verb":"{{verb}}","user":{"username":"mallory"},"responseStatus":{"code":200},"requestReceivedTimestamp":"{{time.AddMilliseconds(n).UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}}Z"}
            """);
        batch.Append(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        new AuditEventReader("log").Read(batch, isFinal: true);
        return batch;
    }
}
