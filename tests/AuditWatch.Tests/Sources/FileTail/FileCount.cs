using System.Diagnostics.Metrics;

namespace AuditWatch.Tests.Sources.FileTail;

/// <summary>Listens to a counter of AuditWatch for one source.</summary>
internal sealed class FileCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public FileCount(string instrument, string source)
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
            if (tags is [{ Key: "source", Value: string name }] && name == source)
            {
                Interlocked.Add(ref _value, count);
            }
        });
        _listener.Start();
    }

    public long Total => Interlocked.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
