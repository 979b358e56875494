using System.Collections.Immutable;
using AuditWatch.Alerts;
using AuditWatch.Incidents;

namespace AuditWatch.Processing;

/// <summary>Alerts, incidents and silences as they stood at one moment. Immutable: whoever reads it waits for nobody.</summary>
/// <param name="Alerts">The alerts by id, in the order of ids; those that are closed among them until they are forgotten.</param>
/// <param name="OpenCount">How many of them are not closed.</param>
/// <param name="Silences">The silences, those that start first, first; those that are over among them.</param>
public sealed record AlertSnapshot(ImmutableSortedDictionary<string, Alert> Alerts, int OpenCount, IReadOnlyList<Silence> Silences)
{
    /// <summary>The incidents of these alerts by id, in the order of ids.</summary>
    public ImmutableSortedDictionary<string, Incident> Incidents { get; init; } = ImmutableSortedDictionary.Create<string, Incident>(StringComparer.Ordinal);

    /// <summary>Of the alerts that belong to an incident, the id of that, by the alert's id.</summary>
    public ImmutableDictionary<string, string> IncidentOf { get; init; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The incident that an alert belongs to; null for none.</summary>
    public Incident? IncidentOfAlert(string id) => IncidentOf.TryGetValue(id, out var incident) ? Incidents.GetValueOrDefault(incident) : null;

    /// <summary>The incidents, the gravest first, and of one level the one with the latest finding.</summary>
    public IEnumerable<Incident> GravestIncidents =>
        Incidents.Values.OrderByDescending(incident => incident.Level).ThenByDescending(incident => incident.LastSeen).ThenBy(incident => incident.Id, StringComparer.Ordinal);

    /// <summary>The alerts, incidents and silences, as they stand.</summary>
    internal static AlertSnapshot Of(AlertBook book, Silences silences, IncidentBook incidents) =>
        new(book.All.ToImmutableSortedDictionary(alert => alert.Id, alert => alert, StringComparer.Ordinal), book.OpenCount, silences.All)
        {
            Incidents = incidents.All.ToImmutableSortedDictionary(incident => incident.Id, incident => incident, StringComparer.Ordinal),
            IncidentOf = book.All.Select(alert => (alert.Id, Incident: incidents.Of(alert.Id))).Where(one => one.Incident is not null)
                .ToImmutableDictionary(one => one.Id, one => one.Incident!.Id, StringComparer.Ordinal),
        };

    /// <summary>As it is after changes to alerts.</summary>
    internal AlertSnapshot With(IReadOnlyList<AlertChange> changes, int openCount)
    {
        if (changes.Count == 0)
        {
            return this;
        }

        var alerts = Alerts.ToBuilder();
        var incidentOf = IncidentOf;
        foreach (var change in changes)
        {
            if (change.Kind == AlertChangeKind.Forgotten)
            {
                alerts.Remove(change.Alert.Id);
                incidentOf = incidentOf.Remove(change.Alert.Id);
            }
            else
            {
                alerts[change.Alert.Id] = change.Alert;
            }
        }

        return this with { Alerts = alerts.ToImmutable(), OpenCount = openCount, IncidentOf = incidentOf };
    }

    /// <summary>As it is after changes to incidents.</summary>
    internal AlertSnapshot With(IncidentChanges changes)
    {
        var incidents = Incidents.ToBuilder();
        incidents.RemoveRange(changes.Gone.Select(gone => gone.Id));
        foreach (var changed in changes.Changed)
        {
            incidents[changed.Id] = changed;
        }

        var incidentOf = IncidentOf.ToBuilder();
        foreach (var place in changes.Placed)
        {
            if (place.IncidentId is { } id)
            {
                incidentOf[place.AlertId] = id;
            }
            else
            {
                incidentOf.Remove(place.AlertId);
            }
        }

        return this with { Incidents = incidents.ToImmutable(), IncidentOf = incidentOf.ToImmutable() };
    }
}
