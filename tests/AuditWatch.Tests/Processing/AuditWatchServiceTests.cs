using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reactive.Linq;
using AuditWatch.Events;
using AuditWatch.Processing;
using AuditWatch.Sources;
using AuditWatch.Tests.Notifications;
using AuditWatch.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>The service as another program has it.</summary>
public sealed class AuditWatchServiceTests
{
    [Fact]
    public async Task RunAsync_LogThatEnds_TellsWhoSubscribesAndWhoIsNotified()
    {
        var (alerts, notifier) = (new HashSet<string>(), new ScriptedNotifier("mine"));
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [FileSource.Of(RepositoryFiles.SampleLog)], Routing = AlertRouting.To(notifier) };

        await using var service = new AuditWatchService(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var subscription = service.Outcomes.Subscribe(outcome => alerts.UnionWith(outcome.Changes.Select(change => change.Alert.Id)));
        await service.RunAsync();

        Assert.InRange(alerts.Count, 25, 60);
        Assert.Equal(alerts.Order(), service.Alerts.Snapshot.Alerts.Keys.Order());
        Assert.True(notifier.AttemptCount >= alerts.Count, $"{notifier.AttemptCount} of {alerts.Count}");
        Assert.False(service.IsRunning);
    }

    [Fact]
    public async Task RunAsync_SubscriberFails_TakesTheOtherBatchesAllTheSame()
    {
        var batches = 0;
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [FileSource.Of(RepositoryFiles.SampleLog)] };
        await using var service = new AuditWatchService(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var failing = service.Outcomes.Subscribe(_ => throw new InvalidOperationException("of no use"));
        using var counting = service.Outcomes.Subscribe(_ => batches++);

        await service.RunAsync();

        Assert.NotEmpty(service.Alerts.Snapshot.Alerts);
        Assert.True(batches > 0);
    }

    [Fact]
    public async Task RunAsync_TwoServicesInOneProcess_CountApart()
    {
        await using var one = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var counted = new ConcurrentDictionary<(object Factory, string Instrument), long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope is IMeterFactory)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => counted.AddOrUpdate((instrument.Meter.Scope!, instrument.Name), count, (_, before) => before + count));
        listener.Start();

        var (found, none) = (await EventsOfRunAsync(one, () => File.OpenRead(RepositoryFiles.SampleLog)), await EventsOfRunAsync(other, () => new MemoryStream()));

        Assert.True(found > 100 && none == 0, $"{found} and {none} events");
        Assert.Equal(found, counted[(one.GetRequiredService<IMeterFactory>(), "auditwatch.events")]);
        Assert.Equal(["auditwatch.alerts.opened", "auditwatch.events", "auditwatch.findings"], counted.Where(pair => pair.Key.Factory == one.GetRequiredService<IMeterFactory>() && pair.Value > 0)
            .Select(pair => pair.Key.Instrument).Where(name => name is "auditwatch.alerts.opened" or "auditwatch.events" or "auditwatch.findings").Order());
        Assert.Empty(counted.Where(pair => pair.Key.Factory == other.GetRequiredService<IMeterFactory>() && pair.Value > 0).Select(pair => pair.Key.Instrument));
    }

    private static async Task<int> EventsOfRunAsync(ServiceProvider meters, Func<Stream> open)
    {
        var events = 0;
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [new StreamSource(new EventOrigin("log"), open, TimeProvider.System)] };
        await using var service = new AuditWatchService(options, TimeProvider.System, NullLoggerFactory.Instance, meters.GetRequiredService<IMeterFactory>());
        using var counting = service.Outcomes.Subscribe(outcome => events += outcome.Batch.Count);
        await service.RunAsync();
        return events;
    }

    [Fact]
    public async Task Start_CompositesAreNotCompiled_IsReadyAllTheSame()
    {
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [new QuietSource()] };
        await using var service = new AuditWatchService(options, TimeProvider.System, NullLoggerFactory.Instance);

        service.Start();

        Assert.True(service.IsRunning && service.StateProblem is null);
        Assert.False(service.Detections.Current().Composites.Ready.IsCompleted);
    }

    [Fact]
    public void Constructor_NoDetections_SaysWhere()
    {
        using var folder = new TemporaryFolder();
        var problem = Assert.Throws<AuditWatch.Detection.DetectionException>(() => new AuditWatchService(new AuditWatchOptions { Detections = [folder.FullName] }, TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Contains(folder.FullName, problem.Message, StringComparison.Ordinal);
    }

    private sealed class QuietSource : IAuditSource
    {
        public IObservable<EventBatch> Batches => Observable.Never<EventBatch>();
    }
}
