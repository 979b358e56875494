using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.State;
using AuditWatch.Web.Access;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Web.Reports;

/// <summary>What a report tells: incidents with their alerts, and alerts that belong to none. Immutable.</summary>
public sealed record ReportView
{
    /// <summary>The most alerts that one tells in full.</summary>
    public const int MostAlerts = 1_000;

    /// <summary>What it is of.</summary>
    public required string Title { get; init; }

    /// <summary>The incidents, the gravest first.</summary>
    public required IReadOnlyList<IncidentView> Incidents { get; init; }

    /// <summary>The alerts that belong to none of them, in the order of time.</summary>
    public required IReadOnlyList<Alert> Others { get; init; }

    /// <summary>What happened to each alert, by its id; of an alert that is not there, the report has no room.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<AlertEvent>> Histories { get; init; }

    /// <summary>Whether there is more than it tells.</summary>
    public bool HasMore { get; init; }

    /// <summary>All alerts that it tells of, once each.</summary>
    public IEnumerable<Alert> Alerts => Incidents.SelectMany(one => one.Alerts).Concat(Others).DistinctBy(alert => alert.Id);

    /// <summary>What is to be told of an incident; null if there is none of that id.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static ReportView? Of(Seen seen, string id) =>
        IncidentView.Read(seen, id) is not { } view ? null : With(seen, $"Incident: {DisplayText.Of(view.Incident.Title, 200)}", [view], [], hasMore: false);

    /// <summary>What is to be told of a time: the alerts that were going on in it, and the whole of the incidents that they belong to.</summary>
    /// <param name="seen">What there is for who asks.</param>
    /// <param name="since">Its beginning.</param>
    /// <param name="until">Its end.</param>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static ReportView Of(Seen seen, DateTimeOffset since, DateTimeOffset until)
    {
        var (found, next) = seen.History.Search(new AlertSearch { Since = since, Until = until, BySeverity = true, Limit = MostAlerts });
        var snapshot = seen.Snapshot;
        var stored = seen.Incidents.OfAlerts(found.Select(alert => alert.Id).Where(one => !snapshot.Alerts.ContainsKey(one)));
        var incidents = found.Select(alert => snapshot.IncidentOfAlert(alert.Id) ?? stored.GetValueOrDefault(alert.Id)).OfType<Incident>().DistinctBy(incident => incident.Id);
        var views = incidents.OrderByDescending(incident => incident.Level).ThenBy(incident => incident.FirstSeen).Select(incident => IncidentView.Read(seen, incident.Id)).OfType<IncidentView>().ToList();
        var told = views.SelectMany(view => view.Alerts).Select(alert => alert.Id).ToHashSet(StringComparer.Ordinal);
        return With(seen, "Alerts and incidents", views, [.. found.Where(alert => !told.Contains(alert.Id)).OrderBy(alert => alert.FirstSeen)], next is not null);
    }

    private static ReportView With(Seen seen, string title, IReadOnlyList<IncidentView> incidents, IReadOnlyList<Alert> others, bool hasMore)
    {
        var all = incidents.SelectMany(one => one.Alerts).Concat(others).DistinctBy(alert => alert.Id).ToList();
        return new ReportView
        {
            Title = title,
            Incidents = incidents,
            Others = others,
            Histories = all.Take(MostAlerts).ToDictionary(alert => alert.Id, alert => seen.History.EventsOf(alert.Id), StringComparer.Ordinal),
            HasMore = hasMore || all.Count > MostAlerts,
        };
    }
}
