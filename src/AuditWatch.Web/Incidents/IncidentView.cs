using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Processing;

namespace AuditWatch.Web.Incidents;

/// <summary>What the page of an incident shows. Immutable.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Alerts">Its alerts, in the order of time.</param>
/// <param name="History">What happened to it, in order.</param>
/// <param name="Lanes">Its alerts by who acted, each in a lane.</param>
public sealed record IncidentView(Incident Incident, IReadOnlyList<Alert> Alerts, IReadOnlyList<IncidentEvent> History, IReadOnlyList<Lane> Lanes)
{
    /// <summary>What there is to see; null if there is no such incident.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public static IncidentView? Read(AuditWatchService service, string id)
    {
        var snapshot = service.Alerts.Snapshot;
        if ((snapshot.Incidents.GetValueOrDefault(id) ?? service.Incidents.Find(id)) is not { } incident)
        {
            return null;
        }

        // What is not held any more the state keeps.
        var kept = service.History.Of([.. incident.Alerts.Where(one => !snapshot.Alerts.ContainsKey(one))]);
        List<Alert> alerts = [.. incident.Alerts.Select(one => snapshot.Alerts.GetValueOrDefault(one)).OfType<Alert>().Concat(kept)
            .OrderBy(alert => alert.FirstSeen).ThenBy(alert => alert.OpenedAt).ThenBy(alert => alert.Id, StringComparer.Ordinal)];
        return new IncidentView(incident, alerts, service.Incidents.EventsOf(incident.Id), Lane.Of(alerts));
    }
}
