using AuditWatch.Alerts;
using AuditWatch.State;

namespace AuditWatch.Web.Actors;

/// <summary>What is known of an actor: its latest alerts, and what they have in common. Immutable.</summary>
/// <param name="Name">The actor.</param>
/// <param name="Alerts">Its latest alerts, the latest first, at most 200.</param>
public sealed record ActorView(string Name, IReadOnlyList<Alert> Alerts)
{
    private const int Most = 200;

    /// <summary>The addresses it came from, and how many of the alerts each is in, the most frequent first.</summary>
    public IEnumerable<(string Value, int Count)> Addresses => Count(alert => alert.Requests.Select(request => request.ClientIP));

    /// <summary>The clients it used, likewise.</summary>
    public IEnumerable<(string Value, int Count)> Clients => Count(alert => alert.Requests.Select(request => request.UserAgent));

    /// <summary>The objects it was at, likewise.</summary>
    public IEnumerable<(string Value, int Count)> Objects => Count(alert => alert.Requests.Select(request => request.ObjectRef?.ToString()));

    /// <summary>What there is to see.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public static ActorView Read(AlertHistory history, string name) => new(name, history.Search(new AlertSearch { Actor = name, Limit = Most }).Alerts);

    private IEnumerable<(string Value, int Count)> Count(Func<Alert, IEnumerable<string?>> values) => Alerts
        .SelectMany(alert => values(alert).Where(value => !string.IsNullOrEmpty(value)).Distinct())
        .GroupBy(value => value!, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).OrderByDescending(one => one.Item2).ThenBy(one => one.Key, StringComparer.Ordinal).Take(20);
}
