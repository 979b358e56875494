using AuditWatch.Alerts;
using AuditWatch.State;

namespace AuditWatch.Incidents;

/// <summary>All incidents that the state keeps, over or not. What has happened within the last moment may not be in it yet. Thread-safe.</summary>
/// <param name="store">The state.</param>
public sealed class IncidentHistory(IStateStore store)
{
    private IReadOnlyCollection<string>? _clusters;

    /// <summary>The same of some clusters alone; null for all. What happened to an incident, whoever knows its id is told.</summary>
    internal IncidentHistory In(IReadOnlyCollection<string>? clusters) => new(store) { _clusters = clusters };

    /// <summary>The incident of an id; null if there is none. Its alerts are in no order.</summary>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public Incident? Find(string id) => IncidentRecords.Find(store, id) is { } found && (_clusters is null || _clusters.Contains(found.Cluster)) ? found : null;

    /// <summary>The alerts of an incident, in the order of time.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="held">The alerts in memory, by id; of the others, what the state keeps.</param>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public IReadOnlyList<Alert> AlertsOf(Incident incident, IReadOnlyDictionary<string, Alert> held) =>
    [
        .. incident.Alerts.Select(held.GetValueOrDefault).OfType<Alert>().Concat(new AlertHistory(store).Of([.. incident.Alerts.Where(id => !held.ContainsKey(id))]))
            .OrderBy(alert => alert.FirstSeen).ThenBy(alert => alert.OpenedAt).ThenBy(alert => alert.Id, StringComparer.Ordinal),
    ];

    /// <summary>The incidents of alerts, by the alert's id, each without the list of its alerts; an alert that belongs to none is left out.</summary>
    /// <param name="alerts">The alerts' ids.</param>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public IReadOnlyDictionary<string, Incident> OfAlerts(IEnumerable<string> alerts)
    {
        var (places, incidents) = IncidentRecords.Load(store, alerts);
        return places.Values.Where(place => place.IncidentId is { } id && incidents.ContainsKey(id)).ToDictionary(place => place.AlertId, place => incidents[place.IncidentId!], StringComparer.Ordinal);
    }

    /// <summary>Incidents that are closed and like one: with the same detections, or by the same actor or about the same object in the same cluster; those most like it first, at most five.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="alerts">Its alerts.</param>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public IReadOnlyList<SimilarIncident> SimilarTo(Incident incident, IReadOnlyList<Alert> alerts) => new SimilarIncidents(store, _clusters).To(incident, alerts);

    /// <summary>What happened to an incident, in order.</summary>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public IReadOnlyList<IncidentEvent> EventsOf(string id) => IncidentRecords.EventsOf(store, id);
}
