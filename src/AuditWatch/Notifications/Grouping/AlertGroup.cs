using AuditWatch.Alerts;
using AuditWatch.Notifications.Routing;

namespace AuditWatch.Notifications.Grouping;

/// <summary>The alerts of one route that have the labels it groups by in common, and what its receiver has been notified of. Not thread-safe.</summary>
internal sealed class AlertGroup(string key, string subject, Route route)
{
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertEvent> _heldBack = new(StringComparer.Ordinal);
    private readonly List<AlertGroup> _escalations = [];
    private AlertGroup? _escalated;

    /// <summary>Distinguishes it from every other group: 16 hexadecimal digits.</summary>
    public string Key => key;

    /// <summary>What it is about: see <see cref="Notification.SubjectId"/>.</summary>
    public string Subject => subject;

    /// <summary>Says who is notified, and when.</summary>
    public Route Route => route;

    /// <summary>What the receiver has been notified of.</summary>
    public NotificationLog Log { get; } = new();

    /// <summary>When to look next whether a notification is due; null for not before an alert changes.</summary>
    public DateTimeOffset? FlushAt { get; set; }

    /// <summary>The groups of those who are told of what nobody acknowledges in this one.</summary>
    public IReadOnlyList<AlertGroup> Escalations => _escalations;

    /// <summary>Of an escalation, when the next alert is due that its receiver has not been notified of; null for none, as long as the receiver of the escalated group has not been.</summary>
    public DateTimeOffset? NextEscalation => _alerts.Values.Where(alert => alert.Status == AlertStatus.Open && !Log.Contains(alert.Id)).Min(EscalatesAt);

    /// <summary>Whether no alert is in it.</summary>
    public bool IsEmpty => _alerts.Count == 0;

    /// <summary>Whether every alert in it is over.</summary>
    public bool IsOver => _alerts.Values.All(alert => alert.Status == AlertStatus.Closed);

    /// <summary>Whether a reminder will be due if nothing changes.</summary>
    public bool CallsForReminder => route.Escalation is null && _alerts.Values.Any(alert => alert.Status == AlertStatus.Open);

    /// <summary>Makes it the escalation of another group; of none any more for null.</summary>
    public void SetEscalated(AlertGroup? escalated)
    {
        if (escalated != _escalated)
        {
            _escalated?._escalations.Remove(this);
            escalated?._escalations.Add(this);
            _escalated = escalated;
        }
    }

    /// <summary>Puts an alert in, as it stands now.</summary>
    public void Put(Alert alert) => _alerts[alert.Id] = alert;

    /// <summary>Removes an alert.</summary>
    public void Remove(string id)
    {
        _alerts.Remove(id);
        _heldBack.Remove(id);
        Log.Remove(id);
    }

    /// <summary>Decides of which alerts nobody is to be notified for now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="why">Why not; null if somebody is to be.</param>
    /// <returns>What is new of that, for their histories.</returns>
    public IReadOnlyList<AlertEvent> HoldBack(DateTimeOffset now, Func<Alert, AlertEvent?> why)
    {
        var news = new List<AlertEvent>();
        foreach (var alert in _alerts.Values.Where(alert => alert.Status != AlertStatus.Closed && Concerns(alert, now)))
        {
            var before = _heldBack.GetValueOrDefault(alert.Id);
            if (why(alert) is not { } reason)
            {
                _heldBack.Remove(alert.Id);
            }
            else if (reason with { At = before?.At ?? reason.At } != before)
            {
                _heldBack[alert.Id] = reason;
                news.Add(reason);
            }
        }

        return news;
    }

    /// <summary>What is due now; null if nothing is. Alerts that are over without anybody having been notified of them leave silently, and from an escalation those that somebody deals with.</summary>
    /// <param name="now">The time.</param>
    /// <param name="holdsBack">Whether there is something to say that is held back (<see cref="HoldBack"/>).</param>
    public (NotificationKind Kind, IReadOnlyList<Alert> Alerts)? Due(DateTimeOffset now, out bool holdsBack)
    {
        foreach (var alert in _alerts.Values.Where(alert => !Log.Contains(alert.Id) && (alert.Status == AlertStatus.Closed || (route.Escalation is not null && alert.Status != AlertStatus.Open))).ToList())
        {
            _alerts.Remove(alert.Id);
            _heldBack.Remove(alert.Id);
        }

        var heldBack = _alerts.Values.Where(alert => alert.Status != AlertStatus.Closed && _heldBack.ContainsKey(alert.Id)).ToHashSet();
        holdsBack = heldBack.Any(HasNews);
        var audible = _alerts.Values.Where(alert => Concerns(alert, now) && !heldBack.Contains(alert)).ToList();
        NotificationKind? kind =
            audible.Any(HasNews) ? (Log.LastAt is null ? NotificationKind.Opened : NotificationKind.Updated)
            : audible.Count > 0 && IsOver ? NotificationKind.Closed
            : audible.Any(Log.IsHandled) ? NotificationKind.Acknowledged
            : CallsForReminder && audible.Any(alert => alert.Status == AlertStatus.Open) && now - Log.LastAt >= route.RepeatInterval ? NotificationKind.Reminder
            : null;
        return kind is null ? null : (kind.Value, [.. audible.OrderByDescending(alert => alert.Level).ThenByDescending(alert => alert.LastSeen)]);
    }

    /// <summary>Notes that the receiver is notified of who deals with alerts, and of nothing else of them; those that are over are of no interest any more.</summary>
    public void NotifyHandled(IReadOnlyList<Alert> alerts)
    {
        foreach (var alert in alerts.Where(Log.IsHandled).ToList())
        {
            if (alert.Status == AlertStatus.Closed)
            {
                Remove(alert.Id);
            }
            else
            {
                Log.Handle(alert);
            }
        }
    }

    /// <summary>Notes that the receiver is notified of alerts; those that are over are of no interest any more.</summary>
    public void Notify(IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        Log.Add(alerts, now);
        foreach (var alert in alerts.Where(alert => alert.Status == AlertStatus.Closed))
        {
            Remove(alert.Id);
        }
    }

    // Those that alerts are escalated to are told of each once, unless it becomes more severe: whoever was told first hears the rest.
    private bool HasNews(Alert alert) => route.Escalation is null ? Log.HasNews(alert) : alert.Status == AlertStatus.Open && Log.IsNew(alert);

    private bool Concerns(Alert alert, DateTimeOffset now) => route.Escalation is null || Log.Contains(alert.Id) || EscalatesAt(alert) <= now;

    private DateTimeOffset? EscalatesAt(Alert alert) => _escalated?.Log.NotifiedSince(alert.Id) + route.Escalation?.After;
}
