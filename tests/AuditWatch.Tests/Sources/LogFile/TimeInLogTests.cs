using System.Text;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Sources.LogFile;
using AuditWatch.Tests.Correlation;
using AuditWatch.Tests.Events;

namespace AuditWatch.Tests.Sources.LogFile;

public class TimeInLogTests
{
    private const string Untimed = "\"verb\":\"a\",\"requestReceivedTimestamp\":\"yesterday\"";

    private readonly TimeInLog _times = new();

    [Fact]
    public void Settle_EventWithoutATime_HasThatOfTheOneBefore()
    {
        using var first = Batch(At(1), At(2));
        using var second = Batch(Untimed, At(9));
        _times.Settle(first);
        _times.Settle(second);

        Assert.Equal(2, second[0].Time.Minute);
        Assert.False(second[0].HasTime);
        Assert.Equal(9, second[1].Time.Minute);
        Assert.True(second[1].HasTime);
    }

    [Fact]
    public void Settle_NothingBefore_HasThatOfTheFirstOneAfter()
    {
        using var batch = Batch(Untimed, At(3), At(4));
        _times.Settle(batch);

        Assert.Equal(3, batch[0].Time.Minute);
    }

    [Fact]
    public void Settle_NobodyKnows_IsNeverNow()
    {
        using var batch = Batch(Untimed, Untimed);
        _times.Settle(batch);

        Assert.Equal(DateTimeOffset.UnixEpoch, batch[0].Time);
    }

    [Theory]
    [InlineData("\"timestamp\":\"2026-11-21T00:07:00Z\"")]
    [InlineData("\"stageTimestamp\":1795219620000")]
    [InlineData("\"requestReceivedTimestamp\":\"2026-11-21T00:07:00\\u002B00:00\"")]
    public void TryGetOwnTime_OddForms_AreRead(string member)
    {
        using var batch = Batch(member);

        Assert.Equal(0, batch.UntimedCount);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 0, 7, 0, TimeSpan.Zero), batch[0].Time);
    }

    [Fact]
    public void Correlate_FindingsWithoutATime_AreNotCounted()
    {
        var detections = Correlations.Load(Correlations.Document("many", "type: event_count\nrules: [a]\ngroup-by: [actor]\ntimespan: 5m\ncondition: {gte: 3}"));
        var timed = Found(detections, settle: false);
        var untimed = Found(detections, settle: true);

        Assert.NotEmpty(new Correlator(detections).Correlate(timed, DateTimeOffset.UnixEpoch));
        Assert.Empty(new Correlator(detections).Correlate(untimed, DateTimeOffset.UnixEpoch));
    }

    private List<Finding> Found(DetectionSet detections, bool settle)
    {
        using var batch = Batch([.. Enumerable.Repeat(Untimed, 5)]);
        if (settle)
        {
            _times.Settle(batch);
        }

        var findings = new List<Finding>();
        new DetectionEngine(detections).Detect(batch, findings);
        Assert.Equal(5, findings.Count);
        return [.. findings.Select(finding => finding.Materialize())];
    }

    private static string At(int minute) => $"\"requestReceivedTimestamp\":\"2026-11-21T00:0{minute}:00.000000Z\"";

    private static EventBatch Batch(params string[] events)
    {
        var batch = new EventBatch(new EventOrigin("log"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(string.Concat(events.Select((members, i) => SmallEvent.With(members, $"{i}") + "\n"))));
        new AuditEventReader("log").Read(batch, isFinal: true);
        Assert.Equal(events.Length, batch.Count);
        return batch;
    }
}
