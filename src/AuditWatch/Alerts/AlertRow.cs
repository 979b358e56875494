using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>An alert as a row of <see cref="StateTables.Alerts"/>. Its requests and what it keeps of its detection are rows of their own.</summary>
internal static class AlertRow
{
    /// <summary>The values of the row.</summary>
    public static object?[] Write(Alert alert, string detectionVersion)
    {
        var isClosed = alert.Status == AlertStatus.Closed;
        return
        [
            alert.Id, alert.Fingerprint, alert.Detection.Name, detectionVersion, alert.Detection.Title, alert.Level.Word(), (int)alert.Level, Word(alert.Status),
            alert.OpenedAt, alert.ChangedAt, isClosed ? alert.ChangedAt : null, isClosed ? (long)Math.Max(0, (alert.ChangedAt - alert.OpenedAt).TotalSeconds) : null,
            alert.AcknowledgedBy, alert.ClosedBy, alert.CloseReason, alert.Summary, alert.Actor, alert.ActorKind, alert.Cluster, AlertLabels.NamespaceOf(alert), alert.Count, alert.FirstSeen, alert.LastSeen,
            NestedJson.Write(alert.Dedup), NestedJson.Write(alert.Why),
            alert.Updates.Count == 0 ? null : NestedJson.Write(alert.Updates),
            alert.Objects is { Count: > 0 } objects ? NestedJson.Write(objects) : null,
        ];
    }

    /// <summary>The alert of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="detection">What it keeps of its detection.</param>
    /// <param name="requests">The requests it keeps.</param>
    public static Alert Read(StateRow row, AlertDetection detection, IReadOnlyList<RequestSnapshot> requests) => new()
    {
        Id = row.Text("id"),
        Fingerprint = row.Text("fingerprint"),
        Detection = detection,
        Level = (Level)row.Number("severity"),
        Status = Enum.Parse<AlertStatus>(row.Text("status"), ignoreCase: true),
        AcknowledgedBy = row.OptionalText("acknowledged_by"),
        ClosedBy = row.OptionalText("closed_by"),
        CloseReason = row.OptionalText("close_reason"),
        OpenedAt = row.Time("opened_at"),
        ChangedAt = row.Time("changed_at"),
        Summary = row.Text("summary"),
        Actor = row.Text("actor"),
        ActorKind = row.Text("actor_kind"),
        Cluster = row.Text("cluster"),
        Count = (int)row.Number("count"),
        FirstSeen = row.Time("first_seen"),
        LastSeen = row.Time("last_seen"),
        Dedup = NestedJson.ReadPairs(row.Text("dedup")),
        Why = NestedJson.ReadTexts(row.Text("why")),
        Updates = row.OptionalText("updates") is { } updates ? NestedJson.ReadUpdates(updates) : [],
        Requests = requests,
    };

    /// <summary>The word of a status: <c>open</c>.</summary>
    public static string Word(AlertStatus status) => status.ToString().ToLowerInvariant();
}
