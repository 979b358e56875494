using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Incidents;
using AuditWatch.Processing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>A real log, written by a real API server under attack: what is found in it, and what is not.</summary>
public class SampleLogTests
{
    [Fact]
    public void Run_SampleLog_FindsEachAttackOnceWithItsActor()
    {
        var alerts = Scan();

        Assert.Empty(SampleAttacks.All.Except(alerts.Select(alert => (alert.Detection.Name, alert.Actor))));
        Assert.Equal(alerts.Count, alerts.Select(alert => alert.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void Run_SampleLog_IsSilentOnBootstrapAndOrdinaryWork()
    {
        // What is informational is a record of ordinary work.
        var alerts = Scan().Where(alert => alert.Level > Level.Informational).ToList();

        Assert.DoesNotContain(alerts, alert => alert.Actor == "system:apiserver");
        Assert.DoesNotContain(alerts, alert => alert.Requests.Any(request => request.ObjectRef is { Resource: "roles", Name: "tmp" }));
        Assert.All(alerts.Where(alert => alert.Actor == "jane@example.com").SelectMany(alert => alert.Requests), request =>
            Assert.Contains(request.ObjectRef!.Subresource, new[] { "exec", "attach", "portforward" }));
    }

    [Fact]
    public void Run_SampleLog_BeforeTheFirstAttackNothingAboveLow()
    {
        var firstAttack = Scan().Where(alert => alert.Detection.Name == "exec_into_pod").Min(alert => alert.FirstSeen);

        Assert.All(Scan().Where(alert => alert.FirstSeen < firstAttack), alert => Assert.True(alert.Detection.Level <= Level.Low, alert.Detection.Name));
    }

    [Fact]
    public void Run_SampleLog_CountsEveryRequestOfTheBurstOnce()
    {
        var burst = Assert.Single(Scan(), alert => alert.Detection.Name == "forbidden_burst");

        Assert.Equal(36, burst.Count);
    }

    [Fact]
    public void Run_SampleLog_IsAtMostFourIncidentsWithNothingOfOrdinaryWork()
    {
        var alerts = Scan();
        var firstAttack = alerts.Where(alert => alert.Detection.Name == "exec_into_pod").Min(alert => alert.FirstSeen);

        var (incidents, byAlert) = IncidentBook.Of(alerts);

        Assert.InRange(incidents.Count, 1, 4);
        Assert.DoesNotContain(alerts, alert => alert.FirstSeen < firstAttack && byAlert.ContainsKey(alert.Id));
        Assert.All(alerts.Where(alert => alert.Level >= Level.Medium), alert => Assert.Contains(alert.Id, byAlert.Keys));
    }

    private static IReadOnlyCollection<Alert> Scan()
    {
        var detections = DetectionLoader.Load([RepositoryFiles.Detections], []);
        var batch = new EventBatch(new EventOrigin(RepositoryFiles.SampleLog), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        batch.Append(File.ReadAllBytes(RepositoryFiles.SampleLog));
        new AuditEventReader("sample").Read(batch, isFinal: true);
        Assert.Equal(1658, batch.Count);

        var processor = BatchProcessor.ForLog(DetectionStages.For(detections, NullLoggerFactory.Instance), NullLogger<BatchProcessor>.Instance);
        var alerts = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (var change in processor.Process(batch).Changes.Concat(processor.Complete().Changes))
        {
            alerts[change.Alert.Id] = change.Alert;
        }

        return alerts.Values;
    }
}
