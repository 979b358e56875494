using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Web.Access;

namespace AuditWatch.Web.Alerts;

/// <summary>What the page of an alert shows. Immutable.</summary>
public sealed record AlertView
{
    private const int MostPast = 50;

    /// <summary>The alert.</summary>
    public required Alert Alert { get; init; }

    /// <summary>What a message says of it.</summary>
    public required MessageAlert Message { get; init; }

    /// <summary>What happened to it, in the order of time.</summary>
    public required IReadOnlyList<AlertEvent> History { get; init; }

    /// <summary>The rule that raised it, as it is now; null if there is none any more.</summary>
    public DetectionRule? Rule { get; init; }

    /// <summary>The story that it belongs to; null for none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>How the latest alerts of the detection that are closed ended, by reason, what is most frequent first.</summary>
    public required IReadOnlyList<(string Reason, int Count)> Endings { get; init; }

    /// <summary>Further alerts of the same actor, the latest first, at most ten.</summary>
    public required IReadOnlyList<Alert> OfActor { get; init; }

    /// <summary>What there is to see.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static AlertView Read(AuditWatchService service, Seen seen, Alert alert)
    {
        var closed = seen.History.Search(new AlertSearch { Detection = alert.Detection.Name, Statuses = ["closed"], Limit = MostPast }).Alerts;
        return new AlertView
        {
            Alert = alert,
            Message = new MessageAlert(alert, link: null),
            Incident = seen.Snapshot.IncidentOfAlert(alert.Id),
            History = service.History.EventsOf(alert.Id),
            Rule = service.Detections.Running.Find(alert.Detection.Name),
            Endings = [.. closed.Where(one => one.Id != alert.Id).GroupBy(Ending).Select(group => (group.Key, group.Count())).OrderByDescending(one => one.Item2)],
            OfActor = alert.Actor.Length == 0 ? [] : [.. seen.History.Search(new AlertSearch { Actor = alert.Actor, Limit = 11 }).Alerts.Where(one => one.Id != alert.Id).Take(10)],
        };
    }

    // What people wrote beyond the reason is of that alert only.
    private static string Ending(Alert alert) => alert.ClosedBy is null ? "nothing more happened" : (alert.CloseReason ?? "").Split(':', 2)[0];
}
