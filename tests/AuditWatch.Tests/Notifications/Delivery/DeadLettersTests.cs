using System.Diagnostics.Metrics;
using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Tests.Notifications.Delivery;

public sealed class DeadLettersTests
{
    private static readonly Alert Denied = SampleAlert.Exec() with { Requests = [SampleAlert.Exec().Requests[0]] };

    private readonly MemoryStateStore _store = new();
    private int _next;

    [Fact]
    public void Add_FloodForOneReceiver_ForgetsNoneOfAnotherAndNothingThatWasAllowedAndCountsWhatItForgets()
    {
        using var meter = new Meter("of dead letters");
        using var counts = new MeterListener();
        var forgotten = 0L;
        counts.SetMeasurementEventCallback<long>((_, count, _, _) => forgotten += count);
        counts.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name == "auditwatch.deadletters.forgotten")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        counts.Start();
        var letters = new DeadLetters(_store, new NotificationInstruments(meter));
        var other = Add(letters, "mail", Denied);
        var allowed = Add(letters, "slack", SampleAlert.Exec());
        var oldest = Add(letters, "slack", Denied);

        for (var i = 0; i < DeadLetters.Capacity; i++)
        {
            Add(letters, "slack", Denied);
        }

        Assert.Equal(DeadLetters.Capacity + 1, letters.Count);
        Assert.Equal(2, forgotten);
        Assert.NotNull(letters.Find(other));
        Assert.NotNull(letters.Find(allowed));
        Assert.Null(letters.Find(oldest));
        Assert.Equal(letters.Count, new DeadLetters(_store, ServiceMetrics.Shared.Notifications).Count);
    }

    private string Add(DeadLetters letters, string receiver, Alert alert)
    {
        var (key, changes) = ((_next++).ToString("x16", CultureInfo.InvariantCulture), new StateChanges());
        var notification = new Notification { Id = key, Kind = NotificationKind.Opened, GroupKey = key, Receiver = receiver, DueAt = DateTimeOffset.UnixEpoch, Alerts = [alert] };
        letters.Add(new DeadLetter(new OutboxEntry(key, receiver, notification), "down", DateTimeOffset.UnixEpoch), changes);
        _store.CommitAsync(changes).GetAwaiter().GetResult();
        return key;
    }
}
