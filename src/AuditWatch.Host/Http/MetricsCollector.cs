using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AuditWatch.Host.Http;

/// <summary>
/// Adds up what the instruments of the meter <c>AuditWatch</c> report, from when it is made. Thread-safe.
/// A histogram is kept as its count and its sum.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>The meter whose instruments are collected.</summary>
    public const string Meter = "AuditWatch";

    private readonly ConcurrentDictionary<Series, Total> _totals = new();
    private readonly MeterListener _listener = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Every series there is, instrument by instrument.</summary>
    public IEnumerable<(Instrument Instrument, string Labels, double Value, long Count)> Read()
    {
        _listener.RecordObservableInstruments();
        return _totals
            .Select(entry => (entry.Key.Instrument, entry.Key.Labels, entry.Value.Value, entry.Value.Count))
            .OrderBy(series => series.Instrument.Name, StringComparer.Ordinal).ThenBy(series => series.Labels, StringComparer.Ordinal);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var total = _totals.GetOrAdd(new Series(instrument, PrometheusText.Labels(tags)), _ => new Total());
        lock (total)
        {
            total.Value = instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal) ? value : total.Value + value;
            total.Count++;
        }
    }

    private sealed record Series(Instrument Instrument, string Labels);

    private sealed class Total
    {
        public double Value;
        public long Count;
    }
}
