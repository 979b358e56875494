using AuditWatch.Alerts;
using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Events;
using BenchmarkDotNet.Attributes;

namespace AuditWatch.Benchmarks;

/// <summary>
/// The stages of a scan over 10,000 events of ordinary traffic, beside the least there is to do: validating the JSON.
/// Divide 10,000 by the mean for events a second.
/// </summary>
[MemoryDiagnoser]
public class ScanBenchmarks
{
    private const int EventCount = 10_000;

    private readonly byte[] _text = Traffic.Generate(EventCount);
    private readonly DetectionSet _detections = DetectionLoader.Load([ShippedDetections()], []);
    private readonly EventBatch _batch;
    private readonly DetectionEngine _engine;

    public ScanBenchmarks()
    {
        _batch = Read();
        _engine = new DetectionEngine(_detections);
    }

    /// <summary>System.Text.Json over the same bytes: what everything else is compared with.</summary>
    [Benchmark(Baseline = true)]
    public int ValidateJson()
    {
        var lines = 0;
        foreach (var range in _text.AsSpan().Split((byte)'\n'))
        {
            var reader = new System.Text.Json.Utf8JsonReader(_text.AsSpan()[range]);
            while (range.Start.Value < _text.Length && reader.Read())
            {
            }

            lines++;
        }

        return lines;
    }

    /// <summary>Bytes to event views.</summary>
    [Benchmark]
    public int ReadEvents()
    {
        using var batch = Read();
        return batch.Count;
    }

    /// <summary>Event views to findings, requests that were found before remembered.</summary>
    [Benchmark]
    public int Detect()
    {
        var findings = new List<Finding>();
        _engine.Detect(_batch, findings);
        return findings.Count;
    }

    /// <summary>Bytes to alerts, as <c>scan</c> does it.</summary>
    [Benchmark]
    public int Scan()
    {
        using var batch = Read();
        var findings = new List<Finding>();
        new DetectionEngine(_detections).Detect(batch, findings);
        return AlertBook.OnEventTime().Apply(new Correlator(_detections).Correlate(findings, DateTimeOffset.MaxValue)).Count;
    }

    private EventBatch Read()
    {
        var batch = new EventBatch(new EventOrigin("traffic"), DateTimeOffset.UnixEpoch, _text.Length);
        batch.Append(_text);
        new AuditEventReader("traffic").Read(batch, isFinal: true);
        return batch.Count == EventCount ? batch : throw new InvalidOperationException("not every event was read");
    }

    private static string ShippedDetections()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuditWatch.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "detections");
    }
}
