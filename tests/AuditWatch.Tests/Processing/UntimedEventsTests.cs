using System.Diagnostics.Metrics;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Processing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>Whatever the source: all of them give the processor batches.</summary>
public class UntimedEventsTests
{
    private readonly RecordingLogger<BatchProcessor> _log = new();
    private readonly string _source = $"source-{Guid.NewGuid()}";

    [Theory]
    [InlineData("")]
    [InlineData("\"requestReceivedTimestamp\":\"yesterday\"")]
    [InlineData("\"requestReceivedTimestamp\":17")]
    [InlineData("\"requestReceivedTimestamp\":null,\"stageTimestamp\":\"2026-02-30T00:00:00Z\"")]
    [InlineData("\"requestReceivedTimestamp\":\"2026-11-21\",\"stageTimestamp\":\"\"")]
    public void Run_EventWithoutAReadableTime_IsCountedAndLoggedOnce(string times)
    {
        Assert.Equal(3, Run(times, times, times));
        Assert.Equal(1, _log.CountOf(_source));
    }

    [Theory]
    [InlineData("\"requestReceivedTimestamp\":\"2026-11-21T00:24:50.799935Z\"")]
    [InlineData("\"requestReceivedTimestamp\":\"soon\",\"stageTimestamp\":\"2026-11-21T00:24:50Z\"")]
    public void Run_EventWithATime_IsNeither(string times)
    {
        Assert.Equal(0, Run(times));
        Assert.Equal(0, _log.CountOf(_source));
    }

    // How many events without a time were counted, each in a batch of its own.
    private long Run(params string[] events)
    {
        var counted = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name == "auditwatch.events.untimed")
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted += tags[0].Value as string == _source ? value : 0);
        listener.Start();
        var stages = DetectionStages.For(new DetectionSet([]), NullLoggerFactory.Instance);
        var processor = BatchProcessor.ForLog(stages, _log);
        foreach (var one in events)
        {
            processor.Process(BatchOf(one)).Batch.Dispose();
        }

        return counted;
    }

    private EventBatch BatchOf(string times)
    {
        var batch = new EventBatch(new EventOrigin(_source), DateTimeOffset.UnixEpoch, capacity: 16);
        batch.Append(Encoding.UTF8.GetBytes($$"""{"auditID":"a","stage":"ResponseComplete","verb":"get","user":{}{{(times.Length > 0 ? "," : "")}}{{times}}}"""));
        new AuditEventReader(_source).Read(batch, isFinal: true);
        Assert.Equal(1, batch.Count);
        return batch;
    }
}
