using System.Text.Json.Serialization;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Grouping;

/// <summary>
/// What the receiver of a group has been notified of, and when: what Alertmanager calls the notification log. An alert that is over leaves it once that has been
/// said. Not thread-safe.
/// </summary>
internal sealed class NotificationLog
{
    private readonly Dictionary<string, NotifiedAlert> _alerts = new(StringComparer.Ordinal);

    /// <summary>When the receiver was notified last; null if it never was.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    /// <summary>What the state keeps of it.</summary>
    public GroupRecord Record => new(LastAt, _alerts);

    /// <summary>Takes back what the state kept. What is from a later time than it is now, because the clock has been set back since, counts as of now: nobody is to wait for that time to come again.</summary>
    public void Restore(GroupRecord record, DateTimeOffset now)
    {
        LastAt = record.NotifiedAt > now ? now : record.NotifiedAt;
        foreach (var (id, notified) in record.Notified)
        {
            _alerts[id] = notified.Since > now ? notified with { Since = now } : notified;
        }
    }

    /// <summary>Whether the receiver knows of an alert.</summary>
    public bool Contains(string id) => _alerts.ContainsKey(id);

    /// <summary>When the receiver was notified of an alert first; null if it never was.</summary>
    public DateTimeOffset? NotifiedSince(string id) => _alerts.GetValueOrDefault(id) is { } notified ? notified.Since ?? LastAt : null;

    /// <summary>What the receiver has been notified of alerts: how many findings each stood for.</summary>
    public IReadOnlyDictionary<string, int> Told(IEnumerable<Alert> alerts) =>
        alerts.Where(alert => _alerts.ContainsKey(alert.Id)).ToDictionary(alert => alert.Id, alert => _alerts[alert.Id].Count, StringComparer.Ordinal);

    /// <summary>Whether the receiver does not know of an alert, or not that it has become so severe.</summary>
    public bool IsNew(Alert alert) => _alerts.GetValueOrDefault(alert.Id) is not { } notified || alert.Level > notified.Level;

    /// <summary>Whether there is something to say of an alert: of one that somebody deals with, only that it has become more severe, or has a value that it never had.</summary>
    public bool HasNews(Alert alert)
    {
        var notified = _alerts.GetValueOrDefault(alert.Id);
        return alert.Status != AlertStatus.Closed
            && (notified is null || IsNew(alert) || (alert.Status == AlertStatus.Open && alert.Count > notified.Count)
                || alert.Updates.Any(update => update.Since > notified.Count));
    }

    /// <summary>Whether somebody has acknowledged or closed an alert since the receiver was notified of it.</summary>
    public bool IsHandled(Alert alert) => _alerts.GetValueOrDefault(alert.Id) is { } notified && alert.Status switch
    {
        AlertStatus.Acknowledged => alert.AcknowledgedBy != notified.By,
        AlertStatus.Closed => alert.ClosedBy is not null,
        _ => false,
    };

    /// <summary>Notes that the receiver, who knows of an alert, is notified of who has acknowledged it.</summary>
    public void Handle(Alert alert) => _alerts[alert.Id] = _alerts[alert.Id] with { By = alert.AcknowledgedBy };

    /// <summary>Notes that the receiver is notified of alerts as they stand.</summary>
    public void Add(IEnumerable<Alert> alerts, DateTimeOffset now)
    {
        foreach (var alert in alerts)
        {
            if (alert.Status == AlertStatus.Closed)
            {
                Remove(alert.Id);
            }
            else
            {
                _alerts[alert.Id] = new NotifiedAlert(alert.Count, alert.Level, alert.AcknowledgedBy, NotifiedSince(alert.Id) ?? now);
            }
        }

        LastAt = now;
    }

    /// <summary>Forgets an alert.</summary>
    public void Remove(string id) => _alerts.Remove(id);
}

/// <summary>What a receiver has been notified of an alert.</summary>
/// <param name="Count">How many findings it stood for.</param>
/// <param name="Level">How much it mattered.</param>
/// <param name="By">Who had acknowledged it; null for nobody.</param>
/// <param name="Since">When the receiver was notified of it first; null if an earlier version did so.</param>
internal sealed record NotifiedAlert(int Count, Level Level, string? By = null, DateTimeOffset? Since = null);

/// <summary>What the state keeps of a group: the alerts themselves are kept on their own.</summary>
/// <param name="NotifiedAt">When the receiver was notified last.</param>
/// <param name="Notified">What of which alert, by id.</param>
internal sealed record GroupRecord(
    [property: JsonPropertyName("LastTold")] DateTimeOffset? NotifiedAt, [property: JsonPropertyName("Told")] Dictionary<string, NotifiedAlert> Notified);
