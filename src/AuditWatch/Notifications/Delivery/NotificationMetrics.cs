using System.Diagnostics.Metrics;

namespace AuditWatch.Notifications.Delivery;

/// <summary>What became of notifications, for the meter <c>AuditWatch</c>.</summary>
internal static class NotificationMetrics
{
    private static readonly Meter Meter = new("AuditWatch");

    private static readonly Counter<long> Notifications = Meter.CreateCounter<long>(
        "auditwatch.notifications", "{notification}", "Notifications by receiver and by what became of them: delivered, rejected or expired");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "auditwatch.notification.retries", "{attempt}", "Attempts to deliver that failed and were followed by another, by receiver");

    public static void Count(string receiver, string result, long count = 1) =>
        Notifications.Add(count, new KeyValuePair<string, object?>("receiver", receiver), new KeyValuePair<string, object?>("result", result));

    public static void CountRetry(string receiver) => Retries.Add(1, new KeyValuePair<string, object?>("receiver", receiver));
}
