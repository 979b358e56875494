using System.Diagnostics.Metrics;
using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.Telemetry;

namespace AuditWatch.Tests.Composites;

/// <summary>What composites let go is counted, by composite and reason.</summary>
public sealed class CompositeMetricsTests : IDisposable
{
    private const string Name = "objectRef.name";

    private static readonly DetectionSet Chain = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - used: {rule: b, match: {objectRef.name: $x}}
        """));

    private readonly Meter _meter = new("of this test");
    private readonly MeterListener _listener = new();
    private readonly RecordingLogger<CompositeStage> _log = new();
    private readonly Dictionary<string, long> _forgotten = new(StringComparer.Ordinal);
    private readonly CompositeStage _stage;

    public CompositeMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Meter == _meter && instrument.Name == "auditwatch.composite.forgotten")
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var key = string.Join(' ', tags.ToArray().Select(tag => tag.Value));
            _forgotten[key] = _forgotten.GetValueOrDefault(key) + count;
        });
        _listener.Start();
        _stage = new CompositeStage(Chain, logger: _log, metrics: new ServiceMetrics(_meter));
    }

    private string Forgotten => string.Join(", ", _forgotten.Select(pair => $"{pair.Key}: {pair.Value}"));

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Join_MoreThanFit_AreCountedAsForgottenForMemory()
    {
        _stage.Join(Enumerable.Range(0, CompositeRule.MaxPositive + 3).Select(i => Chain.Finding("a", i / 100.0, fields: (Name, $"x{i}"))));

        Assert.Equal("story memory: 3", Forgotten);
        Assert.Equal(1, _log.CountOf("auditwatch_composite_forgotten_total"));
    }

    [Fact]
    public void Join_MoreThanFitUnderAKey_AreCountedAsForgottenForTheKey()
    {
        _stage.Join(Enumerable.Range(0, WaitingFacts.MaxUnderKey + 3).Select(i => Chain.Finding("a", i, $"user-{i}", fields: (Name, "x"))));

        Assert.Equal("story key: 3", Forgotten);
    }

    [Fact]
    public void Join_MoreAlikeThanAreKept_AreCountedAsForgottenForBeingAlike()
    {
        _stage.Join(Enumerable.Range(0, WaitingFacts.MaxAlike + 3).Select(i => Chain.Finding("a", i, fields: (Name, "x"))));

        Assert.Equal("story alike: 3", Forgotten);
    }
}
