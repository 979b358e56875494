using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.State;
using AuditWatch.Web.Access;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Web.Objects;

/// <summary>What is known of an object of a cluster: who touched it, in which requests that are kept, and the alerts and incidents that are about it. Immutable.</summary>
/// <param name="Path">The object, as <see cref="ObjectReference.Path"/> writes it.</param>
/// <param name="Cluster">Its cluster, empty where nobody said; null for those of that name in all clusters.</param>
/// <param name="Alerts">Its latest alerts, the latest first, at most 200.</param>
/// <param name="HasMore">Whether there are earlier ones.</param>
/// <param name="Incidents">The incidents that those belong to, the latest first.</param>
public sealed record ObjectView(string Path, string? Cluster, IReadOnlyList<Alert> Alerts, bool HasMore, IReadOnlyList<Incident> Incidents)
{
    private const int MostAlerts = 200;
    private const int MostRequests = 100;
    private const int MostActors = 50;
    private const string ServiceAccounts = "serviceaccounts";

    /// <summary>The time that is shown of that which they took.</summary>
    public required Zoom Zoom { get; init; }

    /// <summary>The requests for it that these alerts keep, each with its alert, the latest first, at most 100.</summary>
    public IReadOnlyList<(RequestSnapshot Request, Alert Alert)> Requests { get; } =
    [
        .. Alerts.SelectMany(alert => alert.Requests.Where(request => request.ObjectRef?.Path == Path).Select(request => (request, alert))).OrderByDescending(one => one.request.Time).Take(MostRequests),
    ];

    /// <summary>Who touched it, or was refused to, by these alerts: whoever did last, first, at most 50.</summary>
    public IEnumerable<Touch> Touches => Alerts.Where(alert => alert.Actor.Length > 0).GroupBy(alert => alert.Actor, StringComparer.Ordinal)
        .Select(group => new Touch(
            group.Key,
            [.. group.SelectMany(alert => alert.Requests).Where(request => request.ObjectRef?.Path == Path).Select(Deed).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            group.Count(),
            group.Min(alert => alert.FirstSeen),
            group.Max(alert => alert.LastSeen)))
        .OrderByDescending(touch => touch.Last).ThenBy(touch => touch.Actor, StringComparer.Ordinal).Take(MostActors);

    /// <summary>The actor that it stands for, if it is a service account; else null.</summary>
    public string? Account => Path.Split('/') is [var space, ServiceAccounts, var name] ? $"system:serviceaccount:{space}:{name}" : null;

    /// <summary>What there is to see.</summary>
    /// <param name="seen">What there is for who looks.</param>
    /// <param name="path">The object.</param>
    /// <param name="cluster">Its cluster; null for all.</param>
    /// <param name="since">The beginning of the time that is shown, as the address has it; null for that of the earliest alert.</param>
    /// <param name="until">Its end, likewise.</param>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static ObjectView Read(Seen seen, string path, string? cluster, string? since = null, string? until = null)
    {
        var (alerts, next) = seen.History.Search(new AlertSearch { Object = path, Cluster = cluster, Limit = MostAlerts });
        return new ObjectView(path, cluster, alerts, next is not null, seen.LatestIncidentsOf(alerts))
        {
            Zoom = Zoom.Of([.. alerts.OrderBy(alert => alert.FirstSeen)], since, until),
        };
    }

    private static string Deed(RequestSnapshot request)
    {
        var verb = string.IsNullOrEmpty(request.ObjectRef?.Subresource) ? request.Verb ?? "" : $"{request.Verb} {request.ObjectRef.Subresource}";
        return request.Outcome == "denied" ? $"{verb}, denied" : verb;
    }
}

/// <summary>What somebody did to an object, as far as there are alerts about it.</summary>
/// <param name="Actor">Who it was.</param>
/// <param name="Verbs">What they did, as far as the requests are kept.</param>
/// <param name="Alerts">How many alerts say so.</param>
/// <param name="First">The earliest finding.</param>
/// <param name="Last">The latest.</param>
public sealed record Touch(string Actor, IReadOnlyList<string> Verbs, int Alerts, DateTimeOffset First, DateTimeOffset Last);
