using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Web.Access;

namespace AuditWatch.Web.Incidents;

/// <summary>What the page of an incident shows. Immutable.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Alerts">Its alerts, in the order of time.</param>
/// <param name="History">What happened to it, in order.</param>
/// <param name="Tellings">Who was told of its alerts, by id.</param>
/// <param name="Lanes">Its alerts by who acted, each in a lane.</param>
public sealed record IncidentView(Incident Incident, IReadOnlyList<Alert> Alerts, IReadOnlyList<IncidentEvent> History, IReadOnlyDictionary<string, AlertTelling> Tellings, IReadOnlyList<Lane> Lanes)
{
    private const int MostOthers = 50;

    /// <summary>Who made, bound and used what.</summary>
    public EntityGraph Graph { get; } = EntityGraph.Of(Alerts);

    /// <summary>The incidents of the cluster that are not closed, the gravest first, at most 50: one of them may be the same story.</summary>
    public IReadOnlyList<Incident> Others { get; private init; } = [];

    /// <summary>What there is to see; null if there is no such incident.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static IncidentView? Read(Seen seen, string id)
    {
        var snapshot = seen.Snapshot;
        if ((snapshot.Incidents.GetValueOrDefault(id) ?? seen.Incidents.Find(id)) is not { } incident)
        {
            return null;
        }

        var alerts = seen.Incidents.AlertsOf(incident, snapshot.Alerts);
        return new IncidentView(incident, alerts, seen.Incidents.EventsOf(incident.Id), seen.History.TellingsOf([.. alerts.Select(alert => alert.Id)]), Lane.Of(alerts))
        {
            Others = incident.Status == AlertStatus.Closed ? []
                : [.. snapshot.GravestIncidents.Where(other => other.Id != incident.Id && other.Cluster == incident.Cluster && other.Status != AlertStatus.Closed).Take(MostOthers)],
        };
    }
}
