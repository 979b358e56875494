using AuditWatch.Processing;
using AuditWatch.Sources;
using AuditWatch.Tests.Notifications;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>The service as another program has it.</summary>
public sealed class AuditWatchServiceTests
{
    [Fact]
    public async Task RunAsync_LogThatEnds_TellsWhoSubscribesAndWhoIsNotified()
    {
        var (alerts, notifier) = (new HashSet<string>(), new ScriptedNotifier("mine"));
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [StreamSource.FromFile(RepositoryFiles.SampleLog, TimeProvider.System)], Routing = AlertRouting.To(notifier) };

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
        var options = new AuditWatchOptions { Detections = [RepositoryFiles.Detections], Sources = [StreamSource.FromFile(RepositoryFiles.SampleLog, TimeProvider.System)] };
        await using var service = new AuditWatchService(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var failing = service.Outcomes.Subscribe(_ => throw new InvalidOperationException("of no use"));
        using var counting = service.Outcomes.Subscribe(_ => batches++);

        await service.RunAsync();

        Assert.NotEmpty(service.Alerts.Snapshot.Alerts);
        Assert.True(batches > 0);
    }

    [Fact]
    public void Constructor_NoDetections_SaysWhere()
    {
        var folder = Directory.CreateTempSubdirectory("auditwatch");
        try
        {
            var problem = Assert.Throws<AuditWatch.Detection.DetectionException>(() => new AuditWatchService(new AuditWatchOptions { Detections = [folder.FullName] }, TimeProvider.System, NullLoggerFactory.Instance));
            Assert.Contains(folder.FullName, problem.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }
}
