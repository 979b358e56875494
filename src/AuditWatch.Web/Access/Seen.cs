using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Processing;

namespace AuditWatch.Web.Access;

/// <summary>
/// What there is for somebody who may do what a role may: everything, or what is of the clusters in which they may. All else is for them as if it were not there. Alerts, incidents and silences belong to a cluster; what
/// belongs to none is there only for who has the role everywhere. Immutable.
/// </summary>
/// <param name="Clusters">The clusters; null for everything.</param>
/// <param name="Snapshot">How alerts, incidents and silences stand.</param>
/// <param name="History">The alerts that are kept.</param>
/// <param name="Incidents">The incidents that are kept.</param>
internal sealed record Seen(IReadOnlySet<string>? Clusters, AlertSnapshot Snapshot, AlertHistory History, IncidentHistory Incidents)
{
    /// <summary>What somebody sees, or may deal with.</summary>
    /// <param name="service">The service.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="role">What they want to do: to look, or what takes a responder.</param>
    public static Seen By(AuditWatchService service, Caller caller, Role role = Role.Viewer)
    {
        var clusters = caller.Rights.ClustersOf(role);
        return new Seen(clusters, Limit(service.Alerts.Snapshot, clusters), service.History.In(clusters), service.Incidents.In(clusters));
    }

    /// <summary>For people, behind a sentence that says that something is not there: in which clusters it is not; empty if they are all.</summary>
    public string Where => Clusters is null ? "" : $" in {string.Join(" or ", Clusters.Order(StringComparer.Ordinal))}, where you may do that";

    /// <summary>The first of some ids of which there is no alert; null if there are all.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public string? FirstMissing(IReadOnlyList<string> ids)
    {
        if (Clusters is null)
        {
            return null;
        }

        var others = ids.Where(id => !Snapshot.Alerts.ContainsKey(id)).ToList();
        return others.Except(History.Of(others).Select(alert => alert.Id), StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>The incidents of alerts, by the alert's id: as they stand now, and of what is not held any more, as they were left; an alert that belongs to none is left out.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public IReadOnlyDictionary<string, Incident> IncidentsOf(IReadOnlyCollection<Alert> alerts)
    {
        var stored = Incidents.OfAlerts(alerts.Select(alert => alert.Id).Where(id => !Snapshot.Alerts.ContainsKey(id)));
        return alerts.Select(alert => (alert.Id, Incident: Snapshot.IncidentOfAlert(alert.Id) ?? stored.GetValueOrDefault(alert.Id))).Where(one => one.Incident is not null)
            .ToDictionary(one => one.Id, one => one.Incident!, StringComparer.Ordinal);
    }

    /// <summary>The incidents that alerts belong to, the latest first.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public IReadOnlyList<Incident> LatestIncidentsOf(IReadOnlyCollection<Alert> alerts) =>
        [.. IncidentsOf(alerts).Values.DistinctBy(incident => incident.Id).OrderByDescending(incident => incident.LastSeen).ThenBy(incident => incident.Id, StringComparer.Ordinal)];

    /// <summary>Whether an incident, and whatever else an action names, is there.</summary>
    public bool HasIncident(string id, IncidentAction action) =>
        Clusters is null || (action is IncidentAction.Merge merge ? merge.With.Prepend(id) : [id]).All(Snapshot.Incidents.ContainsKey);

    /// <summary>Whether a silence concerns nothing but what is there: it names one of the clusters.</summary>
    public bool Has(Silence silence) => Clusters is null || IsOf(silence, Clusters);

    private static AlertSnapshot Limit(AlertSnapshot all, IReadOnlySet<string>? clusters)
    {
        if (clusters is null)
        {
            return all;
        }

        var hidden = all.Alerts.Where(one => !clusters.Contains(one.Value.Cluster)).Select(one => one.Key).ToList();
        var alerts = all.Alerts.RemoveRange(hidden);
        return new AlertSnapshot(alerts, alerts.Values.Count(alert => alert.Status != AlertStatus.Closed), [.. all.Silences.Where(silence => IsOf(silence, clusters))])
        {
            Incidents = all.Incidents.RemoveRange(all.Incidents.Where(one => !clusters.Contains(one.Value.Cluster)).Select(one => one.Key)),
            IncidentOf = all.IncidentOf.RemoveRange(hidden),
        };
    }

    private static bool IsOf(Silence silence, IReadOnlySet<string> clusters) =>
        silence.Matchers.Any(matcher => matcher is { Label: "cluster", Operator: MatchOperator.Equal } && clusters.Contains(matcher.Value));
}
