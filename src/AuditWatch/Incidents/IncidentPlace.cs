using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Which incident an alert was in, and as which of its alerts, when a notification of it was made; later changes of the incident do not show in it. Immutable.</summary>
/// <param name="Id">The incident's id.</param>
/// <param name="Title">What happened in it and by whom, in a line: an attacker's text.</param>
/// <param name="Level">How much it mattered.</param>
/// <param name="Number">Which of its alerts this one was in the order of time, from 1; 0 if it came after the first <see cref="Incident.MaxAlerts"/>.</param>
/// <param name="Alerts">How many alerts it had.</param>
public sealed record IncidentPlace(string Id, string Title, Level Level, int Number, int Alerts)
{
    /// <summary>The places of alerts; those that belong to no incident have none.</summary>
    /// <param name="alerts">The alerts' ids.</param>
    /// <param name="incidentOf">The incident that an alert belongs to; null for none.</param>
    internal static Dictionary<string, IncidentPlace> Of(IEnumerable<string> alerts, Func<string, Incident?> incidentOf)
    {
        var places = new Dictionary<string, IncidentPlace>(StringComparer.Ordinal);
        foreach (var own in alerts.Select(id => (Id: id, Incident: incidentOf(id))).Where(one => one.Incident is not null).GroupBy(one => one.Incident!))
        {
            var numbers = own.Key.Alerts.Index().ToDictionary(one => one.Item, one => one.Index + 1, StringComparer.Ordinal);
            foreach (var (id, incident) in own)
            {
                places[id] = new IncidentPlace(own.Key.Id, own.Key.Title, own.Key.Level, numbers.GetValueOrDefault(id), own.Key.AlertCount);
            }
        }

        return places;
    }
}
