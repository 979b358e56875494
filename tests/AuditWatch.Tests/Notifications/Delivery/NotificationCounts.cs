using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AuditWatch.Tests.Notifications.Delivery;

/// <summary>What the meter says of one receiver.</summary>
internal sealed class NotificationCounts : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly MeterListener _listener = new();

    public NotificationCounts(string receiver)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "AuditWatch", Name: "auditwatch.notifications" or "auditwatch.notification.retries" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string?)tag.Value);
            if (values["receiver"] == receiver)
            {
                _counts.AddOrUpdate(values.GetValueOrDefault("result") ?? "retries", count, (_, sum) => sum + count);
            }
        });
        _listener.Start();
    }

    public long this[string result] => _counts.GetValueOrDefault(result);

    public void Dispose() => _listener.Dispose();
}
