using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Delivery;

/// <summary>A message that says that nothing has happened: whether a receiver can be reached, before the first night. What can be resolved is resolved at once.</summary>
internal static class TestMessage
{
    private static readonly DetectionRule Rule = new()
    {
        Name = "auditwatch_test",
        Title = "A test of AuditWatch",
        Summary = "",
        Level = Level.Informational,
        DedupBy = [],
        DedupWindow = TimeSpan.FromHours(1),
        Runbook = "Nothing has happened, and there is nothing to do.",
        Location = default,
    };

    /// <summary>The alert that it tells of.</summary>
    /// <param name="what">Who did what to have it sent, as the beginning of a sentence.</param>
    /// <param name="now">The time.</param>
    public static Alert Alert(string what, DateTimeOffset now) => new()
    {
        Id = Fingerprint.Hash(["test", now.UtcTicks.ToString("x16", null)]),
        Fingerprint = Fingerprint.Hash(["test"]),
        Detection = AlertDetection.Of(Rule),
        Level = Rule.Level,
        OpenedAt = now,
        ChangedAt = now,
        Summary = $"{what}: nothing has happened",
        Actor = "",
        Cluster = "",
        Count = 1,
        FirstSeen = now,
        LastSeen = now,
        Dedup = [],
        Why = [],
        Requests = [],
    };

    /// <summary>Sends it, in one attempt. An alert of <see cref="Alert"/> is closed where the receiver wants to hear of that: a page would go on until somebody has resolved it.</summary>
    /// <param name="receiver">The receiver's name.</param>
    /// <param name="integration">The way to it.</param>
    /// <param name="alert">What to tell of.</param>
    /// <param name="url">What links lead to; null for none.</param>
    /// <param name="zone">The zone of times.</param>
    /// <param name="now">The time.</param>
    /// <param name="attempt">Makes an attempt.</param>
    public static async Task<DeliveryResult> SendAsync(
        string receiver, Integration integration, Alert alert, Uri? url, TimeZoneInfo zone, DateTimeOffset now, Func<Notification, Task<DeliveryResult>> attempt)
    {
        var conversation = Fingerprint.Hash(["test", integration.Notifier.Name, now.UtcTicks.ToString("x16", null)]);
        var opened = new Notification
        {
            Id = conversation,
            Kind = NotificationKind.Opened,
            GroupKey = conversation,
            Receiver = receiver,
            DueAt = now,
            Alerts = [alert],
            ExternalUrl = url,
            TimeZone = zone.Id,
        };
        var result = await attempt(opened);
        return result.Outcome != DeliveryOutcome.Delivered || !integration.SendResolved || alert.Detection.Name != Rule.Name ? result
            : await attempt(opened with
            {
                Id = Fingerprint.Hash([conversation, "closed"]),
                Kind = NotificationKind.Closed,
                Receipt = result.Receipt,
                Alerts = [alert with { Status = AlertStatus.Closed, CloseReason = "it was a test" }],
            });
    }

    /// <summary>How it went, for a person.</summary>
    public static string Words(DeliveryResult result) => result.Outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Retry => $"not taken for now: {DisplayText.Of(result.Reason, 1_000)}",
        _ => $"refused: {DisplayText.Of(result.Reason, 1_000)}",
    };
}
