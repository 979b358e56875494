using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>All alerts that the state keeps, open and closed, to be searched and read. What has happened within the last moment may not be in it yet. Thread-safe.</summary>
/// <param name="store">The state.</param>
public sealed class AlertHistory(IStateStore store)
{
    private IReadOnlyCollection<string>? _clusters;

    /// <summary>The same of some clusters alone; null for all. What happened to an alert, whoever knows its id is told.</summary>
    internal AlertHistory In(IReadOnlyCollection<string>? clusters) => new(store) { _clusters = clusters };

    /// <summary>A page of the alerts that are asked for.</summary>
    /// <returns>The alerts, and where the next page begins; null if this one is the last.</returns>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public (IReadOnlyList<Alert> Alerts, AlertCursor? Next) Search(AlertSearch search)
    {
        var page = store.Search(_clusters is null ? search : search with { Clusters = _clusters });
        return (Alerts(page.Rows), page.Next);
    }

    private const int IdLength = 16;

    /// <summary>The alerts whose id begins with a text: with one of them, it names that. None for what is no beginning of an id.</summary>
    /// <param name="idPrefix">The id or its beginning, 1 to 16 hexadecimal digits in lower case.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public IReadOnlyList<Alert> Find(string idPrefix, int limit = 2) =>
        idPrefix.Length is > 0 and <= IdLength && idPrefix.All(char.IsAsciiHexDigitLower) ? Search(new AlertSearch { IdPrefix = idPrefix, Limit = limit }).Alerts : [];

    /// <summary>The alerts of certain ids, in the order of ids; those that are not kept are left out.</summary>
    /// <exception cref="IOException">They cannot be read; the message says why.</exception>
    public IReadOnlyList<Alert> Of(IReadOnlyCollection<string> ids) => ids.Count == 0 ? [] : Alerts([.. store.Find(StateTables.Alerts, ids).Where(row => _clusters is null || _clusters.Contains(row.Text("cluster")))]);

    /// <summary>What happened to an alert, in the order of time.</summary>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public IReadOnlyList<AlertEvent> EventsOf(string id) =>
        [.. store.Find(StateTables.History, [id]).Select(AlertEvent.Read).OrderBy(happened => happened.At).ThenBy(happened => happened.Event != "opened")];

    /// <summary>Who has been told of alerts, and why somebody was not, by the alert's id.</summary>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public IReadOnlyDictionary<string, AlertTelling> TellingsOf(IReadOnlyCollection<string> ids)
    {
        var events = store.Find(StateTables.History, ids).Select(AlertEvent.Read).OrderBy(happened => happened.At).ToLookup(happened => happened.AlertId, StringComparer.Ordinal);
        return ids.ToDictionary(id => id, id => AlertTelling.Of(events[id]), StringComparer.Ordinal);
    }

    /// <summary>How often detections have raised alerts within the last days, by name (<see cref="DetectionCount"/>): as fast with a million alerts as with ten.</summary>
    /// <param name="now">The time.</param>
    /// <param name="days">How many days, the present one, in UTC, among them; 1 to 90.</param>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public IReadOnlyDictionary<string, DetectionCount> CountByDetection(DateTimeOffset now, int days) => DetectionCount.Read(store, _clusters, now, days);

    /// <summary>The alerts from which a service goes on: all that are not closed, and the latest that are, in the order they were opened.</summary>
    /// <param name="closed">How many of those.</param>
    internal IReadOnlyList<Alert> Load(int closed)
    {
        var rows = new List<(StateRow Row, DateTimeOffset OpenedAt)>();
        foreach (var search in new[] { new AlertSearch { Statuses = ["open", "acknowledged"] }, new AlertSearch { Statuses = ["closed"] } })
        {
            var limit = search.Statuses.Contains("closed") ? closed : int.MaxValue;
            for (AlertPage? page = null; (page is null || page.Next is not null) && limit > 0; limit -= page.Rows.Count)
            {
                page = store.Search(search with { After = page?.Next, Limit = Math.Min(1_000, limit) });
                rows.AddRange(page.Rows.Select(row => (row, row.Time("opened_at"))));
            }
        }

        return Alerts([.. rows.OrderBy(one => one.OpenedAt).Select(one => one.Row)]);
    }

    private IReadOnlyList<Alert> Alerts(IReadOnlyList<StateRow> rows)
    {
        var detections = store.Find(StateTables.Detections, [.. rows.Select(row => row.Text("detection_version")).Distinct(StringComparer.Ordinal)])
            .ToDictionary(row => row.Text("version"), DetectionRow.Read, StringComparer.Ordinal);
        var requests = store.Find(StateTables.Requests, [.. rows.Select(row => row.Text("id"))]).ToLookup(row => row.Text("alert_id"), RequestRow.Read, StringComparer.Ordinal);
        return [.. rows.Select(row => AlertRow.Read(
            row, detections.GetValueOrDefault(row.Text("detection_version")) ?? DetectionRow.Missing(row), [.. requests[row.Text("id")]]))];
    }
}
