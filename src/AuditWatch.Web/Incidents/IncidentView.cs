using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Processing;

namespace AuditWatch.Web.Incidents;

/// <summary>What the page of an incident shows. Immutable.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Alerts">Its alerts, in the order of time.</param>
/// <param name="History">What happened to it, in order.</param>
/// <param name="Tellings">Who was told of its alerts, by id.</param>
/// <param name="Lanes">Its alerts by who acted, each in a lane.</param>
public sealed record IncidentView(Incident Incident, IReadOnlyList<Alert> Alerts, IReadOnlyList<IncidentEvent> History, IReadOnlyDictionary<string, AlertTelling> Tellings, IReadOnlyList<Lane> Lanes)
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

        var alerts = service.Incidents.AlertsOf(incident, snapshot.Alerts);
        return new IncidentView(incident, alerts, service.Incidents.EventsOf(incident.Id), service.History.TellingsOf([.. alerts.Select(alert => alert.Id)]), Lane.Of(alerts));
    }
}
