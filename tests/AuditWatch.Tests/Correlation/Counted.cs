using System.Diagnostics.Metrics;

namespace AuditWatch.Tests.Correlation;

/// <summary>Listens to a counter of AuditWatch for one detection. Tests run side by side: the detection's name has to be the test's own.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public Counted(string instrument, string detection)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == "AuditWatch" && published.Name == instrument)
            {
                listener.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags is [{ Key: "detection", Value: string name }] && name == detection)
            {
                Interlocked.Add(ref _value, count);
            }
        });
        _listener.Start();
    }

    public long Value => Interlocked.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
