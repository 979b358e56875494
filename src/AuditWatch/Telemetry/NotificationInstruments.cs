using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What becomes of notifications.</summary>
internal sealed class NotificationInstruments(Meter meter)
{
    /// <summary>By <c>receiver</c> and <c>result</c>.</summary>
    public Counter<long> Notifications { get; } =
        meter.CreateCounter<long>("auditwatch.notifications", "{notification}", "Notifications by receiver and by what became of them: delivered, rejected or expired");

    /// <summary>By <c>receiver</c>.</summary>
    public Counter<long> Retries { get; } =
        meter.CreateCounter<long>("auditwatch.notification.retries", "{attempt}", "Attempts to deliver that failed and were followed by another, by receiver");

    public Counter<long> ForgottenDeadLetters { get; } =
        meter.CreateCounter<long>("auditwatch.deadletters.forgotten", "{notification}", "Dead letters that were forgotten to make room");

    /// <summary>Measures, from now on and for as long as the meter lives, how many wait, each with its <c>receiver</c>.</summary>
    public void MeasureWaiting(Func<IEnumerable<Measurement<int>>> waiting) =>
        meter.CreateObservableGauge("auditwatch.notifications.waiting", waiting, "{notification}", "Notifications that wait to be delivered, by receiver");

    /// <summary>Measures dead letters from now on, for as long as the meter lives.</summary>
    public void MeasureDeadLetters(Func<int> count) =>
        meter.CreateObservableGauge("auditwatch.deadletters", count, "{notification}", "Notifications that were given up and can be sent again");
}
