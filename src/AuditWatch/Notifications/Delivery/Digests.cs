using AuditWatch.Alerts;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Makes one notification of many: some alerts in full, those of every actor that matter most, and of all of them how many of what.</summary>
internal static class Digests
{
    /// <summary>The digest of notifications of one receiver; at least one.</summary>
    public static Notification Of(IReadOnlyList<Notification> notifications, DateTimeOffset now)
    {
        // The same alert may be in several of them: as it stands in the last.
        var alerts = notifications.SelectMany(notification => notification.Alerts).GroupBy(alert => alert.Id).Select(same => same.Last()).ToList();
        var lines = new Dictionary<string, DigestLine>(StringComparer.Ordinal);
        foreach (var alert in alerts.Where(alert => !notifications.Any(notification => notification.Digest.Count > 0 && notification.Alerts.Contains(alert))))
        {
            Count(new DigestLine(alert.Detection.Name, alert.Level, 1));
        }

        foreach (var line in notifications.SelectMany(notification => notification.Digest))
        {
            Count(line);
        }

        // Those that a notification left out are of its group: most likely of the same detection.
        foreach (var notification in notifications.Where(notification => notification is { Digest.Count: 0, MoreAlerts: > 0 }))
        {
            Count(new DigestLine(notification.Alerts[0].Detection.Name, notification.Alerts[0].Level, notification.MoreAlerts));
        }

        var id = Fingerprint.Hash(notifications.Select(notification => notification.Id));
        var shown = Notification.Choose(alerts);
        return new Notification
        {
            Id = id,
            Kind = NotificationKind.Digest,
            GroupKey = id,
            Receiver = notifications[0].Receiver,
            DueAt = now,
            Alerts = shown,
            MoreAlerts = lines.Values.Sum(line => line.Alerts) - shown.Count,
            Incidents = notifications.SelectMany(notification => notification.Incidents).Where(place => shown.Any(alert => alert.Id == place.Key))
                .GroupBy(place => place.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.Ordinal),
            Digest = [.. lines.Values.OrderByDescending(line => line.Level).ThenBy(line => line.Alerts)],
            ExternalUrl = notifications[0].ExternalUrl,
            TimeZone = notifications[0].TimeZone,
        };

        void Count(DigestLine line) => lines[line.Detection] = lines.TryGetValue(line.Detection, out var known)
            ? new DigestLine(line.Detection, (Detection.Level)Math.Max((int)known.Level, (int)line.Level), known.Alerts + line.Alerts)
            : line;
    }
}
