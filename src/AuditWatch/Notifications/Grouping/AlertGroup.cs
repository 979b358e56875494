using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Notifications.Grouping;

/// <summary>The alerts of one route that have the labels it groups by in common, and what its receiver has been told of each. Not thread-safe.</summary>
internal sealed class AlertGroup(string key, Route route)
{
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToldAlert> _told = new(StringComparer.Ordinal);

    /// <summary>Tells it from every other group: 16 hexadecimal digits.</summary>
    public string Key => key;

    /// <summary>Says who is told, and when.</summary>
    public Route Route => route;

    /// <summary>When the receiver was told something last; null if it never was.</summary>
    public DateTimeOffset? LastTold { get; private set; }

    /// <summary>When to look next whether there is something to tell; null for not before it changes.</summary>
    public DateTimeOffset? LookAt { get; set; }

    /// <summary>Whether no alert is in it.</summary>
    public bool IsEmpty => _alerts.Count == 0;

    /// <summary>Whether every alert in it is over.</summary>
    public bool IsOver => _alerts.Values.All(alert => alert.Status == AlertStatus.Closed);

    /// <summary>Whether a reminder will be due if nothing changes.</summary>
    public bool CallsForReminder => _alerts.Values.Any(alert => alert.Status == AlertStatus.Open);

    /// <summary>What the state keeps of it.</summary>
    public GroupRecord Record => new(LastTold, _told);

    /// <summary>Takes back what the state kept; the alerts are put in afterwards.</summary>
    public void Restore(GroupRecord record)
    {
        LastTold = record.LastTold;
        foreach (var (id, told) in record.Told)
        {
            _told[id] = told;
        }
    }

    /// <summary>Puts an alert in, as it stands now.</summary>
    public void Put(Alert alert) => _alerts[alert.Id] = alert;

    /// <summary>Takes an alert out.</summary>
    public void Remove(string id)
    {
        _alerts.Remove(id);
        _told.Remove(id);
    }

    /// <summary>What is to be told now; null if nothing is. Alerts that are over without anybody having been told of them leave silently.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isMuted">Whether an alert is not to be told of for now.</param>
    /// <param name="holdsBack">Whether there is something to tell that is muted.</param>
    public (NotificationKind Kind, IReadOnlyList<Alert> Alerts)? Due(DateTimeOffset now, Func<Alert, bool> isMuted, out bool holdsBack)
    {
        foreach (var alert in _alerts.Values.Where(alert => alert.Status == AlertStatus.Closed && !_told.ContainsKey(alert.Id)).ToList())
        {
            _alerts.Remove(alert.Id);
        }

        var muted = _alerts.Values.Where(alert => alert.Status != AlertStatus.Closed && isMuted(alert)).ToHashSet();
        holdsBack = muted.Any(HasNews);
        var audible = _alerts.Values.Where(alert => !muted.Contains(alert)).ToList();
        NotificationKind? kind =
            audible.Any(HasNews) ? (LastTold is null ? NotificationKind.Opened : NotificationKind.Updated)
            : audible.Count > 0 && IsOver ? NotificationKind.Closed
            : audible.Any(alert => alert.Status == AlertStatus.Open) && now - LastTold >= route.RepeatInterval ? NotificationKind.Reminder
            : null;
        return kind is null ? null : (kind.Value, [.. audible.OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen)]);
    }

    /// <summary>The receiver is told of alerts; those that are over are of no interest any more.</summary>
    public void Tell(IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        LastTold = now;
        foreach (var alert in alerts)
        {
            if (alert.Status == AlertStatus.Closed)
            {
                Remove(alert.Id);
            }
            else
            {
                _told[alert.Id] = new ToldAlert(alert.Count, alert.Level);
            }
        }
    }

    // Of an alert that somebody deals with, only that it has become more severe.
    private bool HasNews(Alert alert)
    {
        var told = _told.GetValueOrDefault(alert.Id);
        return alert.Status != AlertStatus.Closed
            && (told is null || alert.Level > told.Level || (alert.Status == AlertStatus.Open && alert.Count > told.Count));
    }
}

/// <summary>What a receiver has been told of an alert.</summary>
/// <param name="Count">How many findings it stood for.</param>
/// <param name="Level">How much it mattered.</param>
internal sealed record ToldAlert(int Count, Level Level);

/// <summary>What the state keeps of a group: the alerts themselves are kept on their own.</summary>
/// <param name="LastTold">When the receiver was told something last.</param>
/// <param name="Told">What of which alert, by id.</param>
internal sealed record GroupRecord(DateTimeOffset? LastTold, Dictionary<string, ToldAlert> Told);
