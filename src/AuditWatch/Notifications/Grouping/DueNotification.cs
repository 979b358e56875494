using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Notifications.Grouping;

/// <summary>A notification that is due.</summary>
/// <param name="Route">The route by whose receiver it goes out.</param>
/// <param name="Alerts">All alerts that it is about, the most severe first.</param>
/// <param name="Incidents">Of those that belong to an incident, which, by the alert's id.</param>
/// <param name="Notification">What people are told: of the first of them in full, and how many more there are.</param>
internal sealed record DueNotification(Route Route, IReadOnlyList<Alert> Alerts, IReadOnlyDictionary<string, IncidentPlace> Incidents, Notification Notification)
{
    /// <summary>Whether it only ends the conversation, and nobody is told.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What there is to tell of a group.</summary>
    public static DueNotification Of(AlertGroup group, NotificationKind kind, IReadOnlyList<Alert> alerts, Func<string, Incident?> incidentOf, DateTimeOffset now)
    {
        var shown = Notification.Choose(alerts);
        var incidents = IncidentPlace.Of(alerts.Select(alert => alert.Id), incidentOf);
        return new DueNotification(group.Route, alerts, incidents, new Notification
        {
            Id = Fingerprint.Hash([group.Key, now.UtcTicks.ToString("x16", null)]),
            Kind = kind,
            GroupKey = group.Key,
            SubjectId = group.Subject,
            Receiver = group.Route.Receiver,
            Escalation = group.Route.Escalation,
            DueAt = now,
            Alerts = shown,
            Told = group.Log.Told(alerts),
            Handled = [.. shown.Where(group.Log.IsHandled).Select(alert => alert.Id)],
            Incidents = Of(shown, incidents),
            MoreAlerts = Math.Max(0, alerts.Count - Notification.MaxAlerts),
        });
    }

    /// <summary>What programs are told: of every alert, in as many notifications as it takes.</summary>
    public IEnumerable<Notification> Parts => Alerts.Chunk(Notification.MaxAlerts).Select((part, index) => index == 0 ? Notification with { MoreAlerts = 0 } : Notification with
    {
        Id = Fingerprint.Hash([Notification.Id, index.ToString("x", null)]),
        GroupKey = Fingerprint.Hash([Notification.GroupKey, index.ToString("x", null)]),
        SubjectId = Fingerprint.Hash([Notification.SubjectId, index.ToString("x", null)]),
        Alerts = part,
        Incidents = Of(part, Incidents),
        MoreAlerts = 0,
    });

    private static Dictionary<string, IncidentPlace> Of(IEnumerable<Alert> alerts, IReadOnlyDictionary<string, IncidentPlace> all) =>
        alerts.Where(alert => all.ContainsKey(alert.Id)).ToDictionary(alert => alert.Id, alert => all[alert.Id], StringComparer.Ordinal);
}
