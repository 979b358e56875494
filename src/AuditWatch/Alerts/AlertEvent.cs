using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>Something that happened to an alert, as a row of <see cref="StateTables.History"/>. Immutable.</summary>
/// <param name="AlertId">The alert's id.</param>
/// <param name="At">When. Of repeats, the hour in which they were, or when the alert was opened if that was later: an hour's are one event.</param>
/// <param name="Event">
/// <c>opened</c>, <c>repeated</c>, <c>risen</c>, <c>acknowledged</c>, <c>assigned</c>, <c>closed</c>, <c>silenced</c>, <c>inhibited</c>, <c>muted</c>, <c>noted</c>, <c>escalated</c>, <c>notified</c>, <c>digested</c>, <c>undelivered</c>.
/// </param>
/// <param name="Who">Who did it, as they called themselves, or the receiver that was told or not to be told for now; empty for nobody.</param>
public sealed record AlertEvent(string AlertId, DateTimeOffset At, string Event, string Who = "")
{
    /// <summary>Why or how, in a few words; null for nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>The alert's level then; null where it does not matter.</summary>
    public Level? Level { get; init; }

    /// <summary>How many findings the alert stood for then; null where it does not matter.</summary>
    public int? Count { get; init; }

    /// <summary>The notification; null if it is about none.</summary>
    public string? NotificationId { get; init; }

    /// <summary>What a change means.</summary>
    internal static AlertEvent Of(AlertChange change)
    {
        var alert = change.Alert;
        return change.Kind switch
        {
            AlertChangeKind.Repeated => new AlertEvent(alert.Id, Hour(alert.ChangedAt) is var hour && hour > alert.OpenedAt ? hour : alert.OpenedAt, "repeated") { Level = alert.Level, Count = alert.Count },
            AlertChangeKind.Acknowledged => new AlertEvent(alert.Id, alert.ChangedAt, "acknowledged", alert.AcknowledgedBy ?? ""),
            AlertChangeKind.Closed => new AlertEvent(alert.Id, alert.ChangedAt, "closed", alert.ClosedBy ?? "")
            {
                Note = alert.CloseReason,
                Level = alert.Level,
                Count = alert.Count,
            },
            var kind => new AlertEvent(alert.Id, alert.ChangedAt, kind.ToString().ToLowerInvariant()) { Level = alert.Level, Count = alert.Count },
        };
    }

    /// <summary>The event of a row.</summary>
    internal static AlertEvent Read(StateRow row) => new(row.Text("alert_id"), row.Time("at"), row.Text("event"), row.Text("who"))
    {
        Note = row.OptionalText("note"),
        Level = row.OptionalText("level") is { } level ? Enum.Parse<Level>(level, ignoreCase: true) : null,
        Count = (int?)row.OptionalNumber("count"),
        NotificationId = row.OptionalText("notification_id"),
    };

    /// <summary>Puts it into the state.</summary>
    internal void AddTo(StateChanges changes) => changes.Put(StateTables.History, [AlertId, At, Event, Who, Note, Level?.Word(), Count, NotificationId]);

    private static DateTimeOffset Hour(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
