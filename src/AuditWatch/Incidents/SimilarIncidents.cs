using AuditWatch.Alerts;
using AuditWatch.State;

namespace AuditWatch.Incidents;

/// <summary>
/// Finds incidents of the past that are like one. Candidates are those of the latest closed alerts of each of its detections, actors and objects, so that what it takes does not grow with what is kept; the ones that most of
/// these lead to are compared alert by alert.
/// </summary>
/// <param name="store">The state.</param>
/// <param name="clusters">The clusters that may be told of; null for all.</param>
internal sealed class SimilarIncidents(IStateStore store, IReadOnlyCollection<string>? clusters)
{
    private const int MostDetections = 8;
    private const int MostActors = 4;
    private const int MostObjects = 4;
    private const int LatestAlerts = 50;
    private const int MostCandidates = 20;
    private const int MostAlerts = 100;
    private const int Most = 5;

    // Who acts or what is acted on says less than what was done in all.
    private const double OfActor = 0.5;
    private const double OfObject = 0.5;

    /// <summary>Those most like it first; of two that are as much, the one that ended last.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="alerts">Its alerts.</param>
    public IReadOnlyList<SimilarIncident> To(Incident incident, IReadOnlyList<Alert> alerts)
    {
        var own = Traits.Of(alerts);
        var candidates = Candidates(incident, own);
        var places = store.Find(StateTables.IncidentAlerts, [.. candidates.Select(one => one.Id)], "incident_id").ToLookup(row => row.Text("incident_id"), row => row.Text("alert_id"), StringComparer.Ordinal);
        var rows = store.Find(StateTables.Alerts, [.. candidates.SelectMany(one => places[one.Id].Take(MostAlerts))]).ToDictionary(row => row.Text("id"), StringComparer.Ordinal);
        return
        [
            .. candidates.Select(one => Compare(incident, own, one, [.. places[one.Id].Take(MostAlerts).Select(rows.GetValueOrDefault).OfType<StateRow>()])).Where(one => one.Likeness > 0)
                .OrderByDescending(one => one.Likeness).ThenByDescending(one => one.Incident.ChangedAt).ThenBy(one => one.Incident.Id, StringComparer.Ordinal).Take(Most),
        ];
    }

    private List<Incident> Candidates(Incident incident, Traits own)
    {
        var searches = own.Detections.Take(MostDetections).Select(name => new AlertSearch { Detection = name })
            .Concat(own.Actors.Take(MostActors).Select(name => new AlertSearch { Actor = name, Cluster = incident.Cluster }))
            .Concat(own.Objects.Take(MostObjects).Select(path => new AlertSearch { Object = path, Cluster = incident.Cluster }));
        var found = searches.Select(search => store.Search(search with { Clusters = clusters, Statuses = ["closed"], Limit = LatestAlerts }).Rows.Select(row => row.Text("id")).ToList()).ToList();
        var places = store.Find(StateTables.IncidentAlerts, [.. found.SelectMany(ids => ids).Distinct(StringComparer.Ordinal)]).ToDictionary(row => row.Text("alert_id"), row => row.Text("incident_id"), StringComparer.Ordinal);
        var led = found.SelectMany(ids => ids.Select(places.GetValueOrDefault).OfType<string>().Distinct(StringComparer.Ordinal)).CountBy(id => id, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        led.Remove(incident.Id);
        return
        [
            .. store.Find(StateTables.Incidents, [.. led.Keys]).Select(IncidentRecords.Read).Where(one => one is { Status: AlertStatus.Closed, MergedInto: null })
                .OrderByDescending(one => led[one.Id]).ThenByDescending(one => one.ChangedAt).ThenBy(one => one.Id, StringComparer.Ordinal).Take(MostCandidates),
        ];
    }

    private static SimilarIncident Compare(Incident incident, Traits own, Incident other, IReadOnlyList<StateRow> rows)
    {
        var its = Traits.Of(rows);
        var isHere = other.Cluster == incident.Cluster;
        var (detections, actors, objects) = (Common(own.Detections, its.Detections), isHere ? Common(own.Actors, its.Actors) : [], isHere ? Common(own.Objects, its.Objects) : []);
        var likeness = (double)detections.Count / Math.Max(1, own.Detections.Union(its.Detections, StringComparer.Ordinal).Count()) + (actors.Count > 0 ? OfActor : 0) + (objects.Count > 0 ? OfObject : 0);
        return new SimilarIncident(other, detections, actors, objects, [.. rows.CountBy(Ending, StringComparer.Ordinal).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)]) { Likeness = likeness };
    }

    private static List<string> Common(IReadOnlyList<string> own, IReadOnlyList<string> its) => [.. own.Intersect(its, StringComparer.Ordinal).Take(Incident.MaxNames)];

    // What people wrote beyond the reason is of that alert only.
    private static string Ending(StateRow row) => row.OptionalText("closed_by") is null ? "nothing more happened" : (row.OptionalText("close_reason") ?? "").Split(':', 2)[0];

    // Under a name of the control plane, or none, many act who have nothing in common.
    private sealed record Traits(IReadOnlyList<string> Detections, IReadOnlyList<string> Actors, IReadOnlyList<string> Objects)
    {
        // What the gravest alerts say first.
        public static Traits Of(IReadOnlyList<Alert> alerts)
        {
            var gravest = alerts.OrderByDescending(alert => alert.Level).ThenBy(alert => alert.FirstSeen).ThenBy(alert => alert.Id, StringComparer.Ordinal).ToList();
            return Of(gravest.Select(alert => alert.Detection.Name), gravest.Select(alert => alert.Actor), gravest.SelectMany(alert => alert.Objects));
        }

        public static Traits Of(IReadOnlyList<StateRow> rows) => Of(
            rows.Select(row => row.Text("detection")), rows.Select(row => row.Text("actor")), rows.SelectMany(row => row.OptionalText("objects") is { } objects ? NestedJson.ReadTexts(objects) : []));

        private static Traits Of(IEnumerable<string> detections, IEnumerable<string> actors, IEnumerable<string> objects) => new(
            [.. detections.Distinct(StringComparer.Ordinal)],
            [.. actors.Where(actor => actor.Length > 0 && !AlertEntities.IsShared(actor)).Distinct(StringComparer.Ordinal)],
            [.. objects.Distinct(StringComparer.Ordinal)]);
    }
}

/// <summary>An incident of the past that is like another one, why, and how it ended. Immutable.</summary>
/// <param name="Incident">The incident, which is closed, without the list of its alerts.</param>
/// <param name="Detections">The detections that raised alerts of both.</param>
/// <param name="Actors">Who acted in both; none if they are of different clusters.</param>
/// <param name="Objects">What both were about, likewise.</param>
/// <param name="Endings">How its alerts ended and how many did so, what most did first.</param>
public sealed record SimilarIncident(
    Incident Incident, IReadOnlyList<string> Detections, IReadOnlyList<string> Actors, IReadOnlyList<string> Objects, IReadOnlyList<KeyValuePair<string, int>> Endings)
{
    /// <summary>How much they are alike: the share of their detections that both have, and half for an actor or an object that both have; 0 to 2.</summary>
    public double Likeness { get; init; }
}
