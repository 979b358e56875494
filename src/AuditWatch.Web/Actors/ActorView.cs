using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.State;
using AuditWatch.Web.Access;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Web.Actors;

/// <summary>What is known of an actor: its latest alerts, the incidents that they belong to, and what they have in common. Immutable.</summary>
/// <param name="Name">The actor.</param>
/// <param name="Alerts">Its latest alerts, the latest first, at most 200.</param>
/// <param name="HasMore">Whether there are earlier ones.</param>
/// <param name="Incidents">The incidents that those belong to, the latest first.</param>
public sealed record ActorView(string Name, IReadOnlyList<Alert> Alerts, bool HasMore, IReadOnlyList<Incident> Incidents)
{
    private const int Most = 200;

    /// <summary>The time that is shown of that which they took, with a lane for each detection.</summary>
    public required Zoom Zoom { get; init; }

    /// <summary>The addresses it came from, and how many of the alerts each is in, the most frequent first.</summary>
    public IEnumerable<(string Value, int Count)> Addresses => Count(request => request.ClientIP);

    /// <summary>The clients it used, likewise.</summary>
    public IEnumerable<(string Value, int Count)> Clients => Count(request => request.UserAgent);

    /// <summary>The objects it was at, likewise.</summary>
    public IEnumerable<(string Value, int Count)> Objects => Count(request => request.ObjectRef?.Path);

    /// <summary>What there is to see.</summary>
    /// <param name="seen">What there is for who looks.</param>
    /// <param name="name">The actor.</param>
    /// <param name="since">The beginning of the time that is shown, as the address has it; null for that of the earliest alert.</param>
    /// <param name="until">Its end, likewise.</param>
    /// <exception cref="IOException">The state cannot be read.</exception>
    internal static ActorView Read(Seen seen, string name, string? since = null, string? until = null)
    {
        var (alerts, next) = seen.History.Search(new AlertSearch { Actor = name, Limit = Most });
        return new ActorView(name, alerts, next is not null, seen.LatestIncidentsOf(alerts))
        {
            Zoom = Zoom.Of([.. alerts.OrderBy(alert => alert.FirstSeen)], since, until, alert => alert.Detection.Title),
        };
    }

    private IEnumerable<(string Value, int Count)> Count(Func<RequestSnapshot, string?> valueOf) => Alerts
        .SelectMany(alert => alert.Requests.Select(valueOf).Where(value => !string.IsNullOrEmpty(value)).Distinct())
        .GroupBy(value => value!, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).OrderByDescending(one => one.Item2).ThenBy(one => one.Key, StringComparer.Ordinal).Take(20);
}
