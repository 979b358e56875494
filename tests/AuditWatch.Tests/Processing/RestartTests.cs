using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Notifications.Routing;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Correlation;
using AuditWatch.Tests.Notifications;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>A service that ends between any two batches, and goes on from its state, comes to the same as one that never ended.</summary>
public sealed class RestartTests
{
    private static readonly DateTimeOffset Received = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Run_SampleLogWithRestarts_GivesTheAlertsOfOneRun(int batchesBetweenRestarts)
    {
        var detections = DetectionLoader.Load([RepositoryFiles.Detections], []);
        var batches = File.ReadLines(RepositoryFiles.SampleLog).Chunk(60).Select(lines => string.Join('\n', lines)).ToList();

        var expected = Run(detections, batches, restart: _ => false);
        var actual = Run(detections, batches, restart: batch => batch % batchesBetweenRestarts == 0);

        Assert.InRange(expected.Count, 25, 100);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Run_AnyCorrelationsAndRestarts_GiveTheAlertsOfOneRun()
    {
        var types = new[]
        {
            "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 30s\ncondition: {gte: 3}",
            "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 30s\ncondition: {eq: 2}",
            "type: temporal\nrules: [a, b]\ngroup-by: [actor]\ntimespan: 40s",
            "type: value_avg\nrules: [a, b]\ngroup-by: [actor]\ntimespan: 1m\ncondition: {field: responseStatus.code, gte: 500}",
        };
        var one = from second in Gen.Choose(0, 300) from verb in Gen.Elements("a", "b") from user in Gen.Elements("jane", "joe") select (second, verb, user);
        var samples = from type in Gen.Elements(types) from events in one.ListOf(20) from every in Gen.Choose(1, 4) select (type, events, every);
        Prop.ForAll(
            samples.ToArbitrary(),
            sample =>
            {
                var detections = Correlations.Load(Correlations.Document("sum", sample.type));
                var batches = sample.events.Select((item, index) => Event(index, item.second, item.verb, item.user)).Append(Event(-1, 1000, "nothing", "nobody")).ToList();

                Assert.Equal(Run(detections, batches, _ => false), Run(detections, batches, batch => batch % sample.every == 0));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(LongForm.Of(100)));
    }

    private static List<string> Run(DetectionSet detections, IEnumerable<string> batches, Func<int, bool> restart)
    {
        var store = new MemoryStateStore();
        var number = 0;
        var (alerts, processor, composites) = Start(detections, store);
        foreach (var text in batches)
        {
            Push(processor, text);
            if (restart(++number))
            {
                // What was on its way when the service ended is sent again.
                (alerts, processor, composites) = Start(detections, store);
                Push(processor, text);
            }
        }

        // Composites are compiled in the background; what waits for that is told at the next tick.
        composites.Ready.GetAwaiter().GetResult();
        using var told = processor.Tick(Received).Batch;
        told.Outcome.GetAwaiter().GetResult();
        return [.. alerts.Snapshot.Alerts.Values.Select(alert => $"{alert.Id} {alert.Detection.Name} {alert.Actor} {alert.Count} {alert.FirstSeen:O} {alert.LastSeen:O} {alert.Requests.Count}").Order(StringComparer.Ordinal)];
    }

    private static (AlertLoop Alerts, BatchProcessor Processor, CompositeStage Composites) Start(DetectionSet detections, IStateStore store)
    {
        var time = new VirtualTime();
        var memory = new StageState(store);
        var stages = DetectionStages.For(detections, NullLoggerFactory.Instance);
        memory.Restore(stages, Received);
        Receiver receiver = new("soc", [new Integration(new ScriptedNotifier("soc"), SendResolved: true, IsForPeople: false)]);
        var alerts = new AlertLoop(
            AlertBook.OnWallClock(time), new AlertRouting(new Route { Receiver = "soc" }, [receiver]), new Outbox(store, receiver.Integrations, time), store, time);
        return (alerts, new BatchProcessor(() => stages, alerts, NullLogger<BatchProcessor>.Instance) { StageState = memory }, stages.Composites);
    }

    private static void Push(BatchProcessor processor, string text)
    {
        var batch = new EventBatch(new EventOrigin("log"), Received);
        batch.Append(Encoding.UTF8.GetBytes(text));
        new AuditEventReader("log").Read(batch, isFinal: true);
        Assert.Equal(0, batch.RejectedCount);
        using var done = processor.Process(batch).Batch;
        batch.Outcome.GetAwaiter().GetResult();
    }

    private static string Event(int index, int second, string verb, string user) => $$"""
        {"auditID":"{{index}}","stage":"ResponseComplete","verb":"{{verb}}","user":{"username":"{{user}}"},"responseStatus":{"code":{{400 + (second % 200)}}},"requestReceivedTimestamp":"2026-11-21T{{second / 3600:00}}:{{second / 60 % 60:00}}:{{second % 60:00}}.000000Z"}
        """;
}
