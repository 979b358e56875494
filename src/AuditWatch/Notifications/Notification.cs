using System.Collections.ObjectModel;
using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Notifications;

/// <summary>Alerts on their way to a receiver. Immutable.</summary>
public sealed record Notification
{
    /// <summary>The same at every attempt, so that a receiver can tell a repeat.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>The conversation it belongs to, 16 hexadecimal digits: the same for all notifications of one group of alerts to one receiver.</summary>
    public required string GroupKey { get; init; }

    /// <summary>
    /// What the conversation is about, for services that know things by an id of the sender's: the alert where each is a conversation of its own, the incident where
    /// alerts are grouped by that, else <see cref="GroupKey"/>. Unlike that it is the same for every receiver, and for an alert that goes another way since it has risen.
    /// </summary>
    public string SubjectId { get => field ?? GroupKey; init; }

    /// <summary>The receiver's name.</summary>
    public required string Receiver { get; init; }

    /// <summary>From whom and after how long the alerts are escalated to the receiver; null if they are not.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>When it became due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The alerts as they stood then, the most severe first: at least one, at most <see cref="MaxAlerts"/>.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>How many further alerts it is about.</summary>
    public int MoreAlerts { get; init; }

    /// <summary>How many alerts of which detection a digest is about, the most severe first, then the rarest; empty if it is no digest.</summary>
    public IReadOnlyList<DigestLine> Digest { get; init; } = [];

    /// <summary>What the notifier was given when it delivered the latest notification of the same conversation; null if it was given nothing.</summary>
    public string? Receipt { get; init; }

    /// <summary>Where people find the service, ending in a slash; null if the configuration does not say.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>The name of the zone in which people want times; null for UTC. What programs get is always in UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The most alerts a notification holds.</summary>
    public const int MaxAlerts = 20;

    /// <summary>What people have been told of the alerts before, by id: how many findings each stood for. Those that are new to them are not in it.</summary>
    public IReadOnlyDictionary<string, int> Told { get; init => field = value ?? ReadOnlyDictionary<string, int>.Empty; } = ReadOnlyDictionary<string, int>.Empty; // An earlier version kept none.

    /// <summary>Those of the alerts, by id, that somebody has acknowledged or closed since people were told of them.</summary>
    public IReadOnlyList<string> Handled { get; init => field = value ?? []; } = []; // Likewise.

    /// <summary>The zone of times; UTC if this machine does not know it any more.</summary>
    internal TimeZoneInfo Zone => TimeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Whether there is nothing else to tell of.</summary>
    internal bool IsHandling => Handled.Count > 0 && Kind is NotificationKind.Closed or NotificationKind.Acknowledged;

    /// <summary>The incidents that the alerts belonged to then, by the alert's id. Those that belonged to none are not in it.</summary>
    public IReadOnlyDictionary<string, IncidentPlace> Incidents { get; init => field = value ?? ReadOnlyDictionary<string, IncidentPlace>.Empty; } = ReadOnlyDictionary<string, IncidentPlace>.Empty; // Likewise.

    /// <summary>The notification that is sent when an older one of its conversation has not been: it is news for those who were to be told by that.</summary>
    internal Notification InsteadOf(Notification older) => this with
    {
        Kind = older.Kind == NotificationKind.Acknowledged ? Kind : older.Kind,
        Told = older.Told,
        Handled = [.. Handled.Union(older.Handled).Where(id => Alerts.Any(alert => alert.Id == id))],
    };

    /// <summary>The alerts that a notification holds of many, the most severe first: the worst of each actor, then the second of each, until there is no room, so that no flood of one hides another's.</summary>
    internal static IReadOnlyList<Alert> Choose(IEnumerable<Alert> alerts) =>
    [
        .. alerts.GroupBy(alert => (alert.Cluster, alert.Actor))
            .SelectMany(own => own.OrderByDescending(Claim.WorthOf).ThenByDescending(alert => alert.LastSeen).Select((alert, place) => (alert, place)))
            .OrderBy(one => one.place).ThenByDescending(one => Claim.WorthOf(one.alert)).Take(MaxAlerts).Select(one => one.alert)
            .OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen),
    ];

    /// <summary>Where to read about an alert; null if nobody knows where people find the service.</summary>
    public Uri? LinkTo(Alert alert) => ExternalUrl is null ? null : new Uri(ExternalUrl, $"alerts/{alert.Id}");

    /// <summary>Where to read about an incident; null if nobody knows where people find the service.</summary>
    public Uri? LinkTo(IncidentPlace incident) => ExternalUrl is null ? null : new Uri(ExternalUrl, $"incidents/{incident.Id}");
}

/// <summary>What a notification is about.</summary>
public enum NotificationKind
{
    /// <summary>Alerts that the receiver has not been told of.</summary>
    Opened,

    /// <summary>It happened again, another alert joined the group, or one has become more severe.</summary>
    Updated,

    /// <summary>Nothing new: a reminder that nobody has dealt with it.</summary>
    Reminder,

    /// <summary>Somebody has acknowledged alerts that the receiver has been told of, or closed some of them, and there is nothing else new.</summary>
    Acknowledged,

    /// <summary>All alerts of the group are closed.</summary>
    Closed,

    /// <summary>The alerts of the group belong to another incident now, whose conversation goes on with them. Only people who have been told of the group get it.</summary>
    Merged,

    /// <summary>Instead of many notifications that came at once.</summary>
    Digest,
}

/// <summary>One line of a digest.</summary>
/// <param name="Detection">The name of the detection.</param>
/// <param name="Level">The highest level of its alerts.</param>
/// <param name="Alerts">How many alerts.</param>
public sealed record DigestLine(string Detection, Detection.Level Level, int Alerts);
