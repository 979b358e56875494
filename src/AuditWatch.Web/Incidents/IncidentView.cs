using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Web.Access;

namespace AuditWatch.Web.Incidents;

/// <summary>What the page of an incident shows. Immutable.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="Alerts">Its alerts, in the order of time.</param>
/// <param name="History">What happened to it, in order.</param>
/// <param name="Tellings">Who was told of its alerts, by id.</param>
/// <param name="Zoom">The time of it that is shown.</param>
public sealed record IncidentView(Incident Incident, IReadOnlyList<Alert> Alerts, IReadOnlyList<IncidentEvent> History, IReadOnlyDictionary<string, AlertTelling> Tellings, Zoom Zoom)
{
    /// <summary>The most requests at either end of <see cref="Requests"/> that are shown.</summary>
    public const int MostRequests = 20;

    private const int MostOthers = 50;

    /// <summary>Who made, bound and used what.</summary>
    public EntityGraph Graph { get; } = EntityGraph.Of(Alerts);

    /// <summary>The requests that its alerts keep, each once, in the order of time.</summary>
    public IReadOnlyList<RequestSnapshot> Requests { get; } =
    [
        .. Alerts.SelectMany(alert => alert.Requests).OrderBy(request => request.Time).ThenBy(request => request.Changes.Count == 0)
            .DistinctBy(request => (request.AuditId, request.Stage, request.Time, request.User, request.Verb, request.RequestUri)),
    ];

    /// <summary>The incidents of the cluster that are not closed, the gravest first, at most 50: one of them may be the same story.</summary>
    public IReadOnlyList<Incident> Others { get; private init; } = [];

    /// <summary>Incidents of the past that are like it, the most alike first.</summary>
    public IReadOnlyList<SimilarIncident> Similar { get; private init; } = [];

    /// <summary>What its page shows: what is told of it, and what may help to deal with it; null if there is no such incident. As <see cref="Read"/>.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static IncidentView? ReadPage(Seen seen, string id, string? since, string? until) =>
        Read(seen, id, since, until) is not { } view ? null : view with { Similar = seen.Incidents.SimilarTo(view.Incident, view.Alerts) };

    /// <summary>What there is to tell; null if there is no such incident.</summary>
    /// <param name="seen">What there is for who looks.</param>
    /// <param name="id">The incident.</param>
    /// <param name="since">The beginning of the time that is shown, as the address has it; null for that of the incident.</param>
    /// <param name="until">Its end, likewise.</param>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static IncidentView? Read(Seen seen, string id, string? since = null, string? until = null)
    {
        var snapshot = seen.Snapshot;
        if ((snapshot.Incidents.GetValueOrDefault(id) ?? seen.Incidents.Find(id)) is not { } incident)
        {
            return null;
        }

        var alerts = seen.Incidents.AlertsOf(incident, snapshot.Alerts);
        return new IncidentView(incident, alerts, seen.Incidents.EventsOf(incident.Id), seen.History.TellingsOf([.. alerts.Select(alert => alert.Id)]), Zoom.Of(alerts, since, until))
        {
            Others = incident.Status == AlertStatus.Closed ? []
                : [.. snapshot.GravestIncidents.Where(other => other.Id != incident.Id && other.Cluster == incident.Cluster && other.Status != AlertStatus.Closed).Take(MostOthers)],
        };
    }
}
