using System.Diagnostics.Metrics;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.Monitoring;

public class ClusterEvidenceTests
{
    private const string Subject = "bodies of clusterroles.rbac.authorization.k8s.io";

    private const string Created = """
        {"auditID":"a","stage":"ResponseComplete","verb":"create","user":{"username":"jane"},"objectRef":{"resource":"clusterroles","apiGroup":"rbac.authorization.k8s.io"},"responseStatus":{"code":201}}
        """;

    private static readonly DetectionSet LooksInside = SetOf("selection: {objectRef.resource: clusterroles, verb: create, requestObject.rules.verbs: '*'}\ncondition: selection");
    private static readonly DetectionSet LooksAtVerbs = SetOf("selection: {objectRef.resource: clusterroles, verb: create}\ncondition: selection");

    // The gauges of other tests speak, too, but not of this cluster.
    private readonly string _prod = $"prod-{Guid.NewGuid()}";

    private readonly RecordingLogger<ClusterEvidence> _log = new();
    private readonly ClusterEvidence _evidence;

    public ClusterEvidenceTests() => _evidence = new ClusterEvidence(_log);

    [Fact]
    public async Task See_ChangesWithoutBodies_AreMissingInTheirClusterAndLoggedOnce()
    {
        await See(_prod, Created, EvidenceWatch.Enough, LooksInside);
        await See(_prod, Created, EvidenceWatch.Enough, LooksInside);
        await See("test", Created, EvidenceWatch.Enough - 1, LooksInside);

        var (cluster, missing) = Assert.Single(_evidence.Missing);
        Assert.Equal((_prod, $"{Subject}: the last 40 changes are recorded without"), (cluster, missing.What));
        Assert.Equal(["test"], missing.Detections);
        Assert.Equal(1, _log.CountOf($"Cluster '{_prod}'"));
        Assert.Equal(0, _log.CountOf("Cluster 'test'"));
        Assert.Equal([(_prod, Subject, 1)], Measured());
    }

    [Fact]
    public async Task See_BodiesAgain_AreMissingNoMoreAndThatIsLogged()
    {
        await See(_prod, Created, EvidenceWatch.Enough, LooksInside);
        await See(_prod, Created.Replace("\"verb\"", "\"requestObject\":{},\"verb\"", StringComparison.Ordinal), 2, LooksInside);

        Assert.Empty(_evidence.Missing);
        Assert.Equal(1, _log.CountOf($"does not miss {Subject}"));
        Assert.Equal([(_prod, Subject, 0)], Measured());

        await See(_prod, Created, EvidenceWatch.Enough, LooksInside);
        Assert.Equal(2, _log.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task See_OtherDetectionsThatNeedTheSame_KeepsWhatIsKnown()
    {
        await See(_prod, Created, EvidenceWatch.Enough - 1, LooksInside);
        await See(_prod, Created, 1, SetOf("selection: {objectRef.resource: clusterroles, requestObject.rules.verbs: '*'}\ncondition: selection"));

        Assert.Single(_evidence.Missing);
        Assert.Equal(1, _log.CountOf("does not record"));
    }

    [Fact]
    public async Task See_OtherDetectionsThatNeedNothing_MissNothing()
    {
        await See(_prod, Created, EvidenceWatch.Enough, LooksInside);
        await See(_prod, Created, 1, LooksAtVerbs);

        Assert.Empty(_evidence.Missing);
        Assert.Equal([(_prod, Subject, 0)], Measured());
    }

    [Fact]
    public async Task See_MoreClustersThanThereIsRoomFor_LeavesThemOut()
    {
        for (var i = 0; i < ClusterEvidence.Capacity; i++)
        {
            await See($"cluster-{i}", Created, 1, LooksInside);
        }

        await See("one too many", Created, EvidenceWatch.Enough, LooksInside);

        Assert.Empty(_evidence.Missing);
    }

    private static DetectionSet SetOf(string detection) => new([Rule.Load(detection)]);

    private async Task See(string cluster, string json, int times, DetectionSet detections)
    {
        await _evidence.Prepare(detections);
        using var batch = new EventBatch(new EventOrigin("webhook", cluster), DateTimeOffset.UnixEpoch, capacity: 16);
        batch.Append(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(json, times))));
        new AuditEventReader("test").Read(batch, isFinal: true);
        Assert.Equal(times, batch.Count);
        _evidence.See(batch, detections);
    }

    private List<(string Cluster, string Missing, int Detections)> Measured()
    {
        var measured = new List<(string, string, int)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name == "auditwatch.evidence.missing")
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => measured.Add(((string)tags[0].Value!, (string)tags[1].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. measured.Where(one => one.Item1 == _prod)];
    }
}
