using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuditWatch.State.Sql;

/// <summary>
/// Searches for alerts in SQLite. Its word index finds the numbers of those that have all words and terms (<see cref="SqlSchemaVersion1"/>), from the last one down, and stops when the
/// page is full; the rest is looked up in the rows. By severity, one severity after the other is searched like that, unless so few have the words that they are sorted.
/// </summary>
internal static class SqliteAlertSearch
{
    // A clock that is set back makes numbers and times disagree by that much.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromDays(1);

    private const int MostSevere = 4;

    // More would take longer to look up than to search for each severity.
    private const int Few = 5_000;

    private static readonly HashSet<string> Statuses = ["open", "acknowledged", "closed"];

    /// <summary>The page that is asked for.</summary>
    public static AlertPage Find(SqlSession session, AlertSearch search)
    {
        var tagged = search.Tags is null ? null : TaggedDetections.Of(session, search.Tags);
        if (tagged is { Versions: [] })
        {
            return new AlertPage([], null);
        }

        var terms = Terms(search).ToList();
        if (tagged is not null)
        {
            terms.Add($"terms : ({string.Join(" OR ", tagged.Names.Select(name => $"d{Hex(name)}"))})");
        }

        if (IsLive(search) && (terms.Count > 0 || !search.BySeverity))
        {
            terms.Add("terms : live");
        }

        var bounds = Bounds(session, search);
        if (!search.BySeverity || search.IdPrefix is not null)
        {
            return Page(session, search, Find(session, search, tagged, terms.Count > 0 ? WithWords(terms) : Everything(search), bounds, search.After, search.Limit + 1));
        }

        if (terms.Count > 0 && NumbersWith(session, terms, bounds) is { Count: < Few } numbers)
        {
            return Page(session, search, Find(session, search, tagged, Numbered(numbers), bounds, search.After, search.Limit + 1));
        }

        var found = new List<(StateRow Row, long Number)>();
        for (var severity = search.After?.Severity ?? MostSevere; severity >= search.LeastSeverity && found.Count <= search.Limit; severity--)
        {
            var after = search.After?.Severity == severity ? search.After with { Severity = null } : null;
            found.AddRange(Find(session, search, tagged, terms.Count > 0 ? WithWords([$"terms : l{severity}", .. terms]) : OfSeverity(search, severity), bounds, after, search.Limit + 1 - found.Count));
        }

        return Page(session, search, found);
    }

    /// <summary>A page of one row more than asked for, if there are that many.</summary>
    internal static AlertPage Page(SqlSession session, AlertSearch search, IReadOnlyList<(StateRow Row, long Number)> found)
    {
        var rows = found.Take(search.Limit).ToList();
        AlertCursor? next = null;
        if (found.Count > search.Limit && rows is [.., var last])
        {
            next = search.BySeverity
                ? new AlertCursor(last.Number, (int)last.Row.Number("severity"), search.After?.Newest ?? session.Query("SELECT max(seq) FROM alerts", row => row.GetInt64(0)).Single())
                : new AlertCursor(last.Number);
        }

        return new AlertPage([.. rows.Select(one => one.Row)], next);
    }

    // Where rows come from, what $1 is there, what the number of a row is called, and the order.
    private sealed record Source(string From, object Value, string Number, string Order);

    private static Source WithWords(IEnumerable<string> terms) =>
        new("alert_search JOIN alerts a ON a.seq = alert_search.rowid WHERE alert_search MATCH $1", string.Join(" AND ", terms), "alert_search.rowid", "alert_search.rowid DESC");

    private static Source OfSeverity(AlertSearch search, int severity) =>
        new($"alerts a INDEXED BY {(IsLive(search) ? "alerts_live" : "alerts_severity")} WHERE a.severity = $1", (long)severity, "a.seq", "a.seq DESC");

    private static Source Numbered(IReadOnlyList<long> numbers) =>
        new("alerts a WHERE a.seq IN (SELECT value FROM json_each($1))", $"[{string.Join(',', numbers)}]", "+a.seq", "a.severity DESC, a.seq DESC");

    // With the plus sign, an id leads to its row, and not the order to all of them.
    private static Source Everything(AlertSearch search) => search.IdPrefix is null
        ? new("alerts a WHERE $1", 1L, "a.seq", "a.seq DESC")
        : new("alerts a WHERE $1", 1L, "+a.seq", search.BySeverity ? "+a.severity DESC, +a.seq DESC" : "+a.seq DESC");

    private static List<long> NumbersWith(SqlSession session, IEnumerable<string> terms, (long First, long End) bounds) => session.Query(
        $"SELECT rowid FROM alert_search WHERE alert_search MATCH $1 AND rowid >= $2 AND rowid < $3 LIMIT {Few}", row => row.GetInt64(0), string.Join(" AND ", terms), bounds.First, bounds.End).ToList();

    private static List<(StateRow Row, long Number)> Find(SqlSession session, AlertSearch search, TaggedDetections? tagged, Source source, (long First, long End) bounds, AlertCursor? after, int limit)
    {
        var columns = string.Join(", ", StateTables.Alerts.Columns.Select(column => $"a.{column.Name}"));
        var query = new StringBuilder($"SELECT {columns}, a.seq FROM {source.From}");
        var values = new List<object?> { source.Value };
        And($"{source.Number} >= ", bounds.First);
        And($"{source.Number} < ", after is { Severity: null } ? Math.Min(after.Number, bounds.End) : bounds.End);
        if (after?.Severity is { } severity)
        {
            And("(a.severity, a.seq) < (", (long)severity, ", ");
            Value(after.Number, ")");
        }

        if (search.LeastSeverity > 0)
        {
            And("+a.severity >= ", (long)search.LeastSeverity);
        }

        if (search.Until is { } until)
        {
            And("a.opened_at < ", SqlReading.Text(until));
        }

        if (search.Since is { } since)
        {
            And("(a.status <> 'closed' OR a.changed_at >= ", SqlReading.Text(since), ")");
        }

        if (tagged is not null)
        {
            And("a.detection_version IN (SELECT value FROM json_each(", JsonSerializer.Serialize(tagged.Versions), "))");
        }

        if (search.IdPrefix is { } prefix)
        {
            And("a.id >= ", prefix);
            And("a.id < ", prefix + "g");
        }

        if (search.Statuses.Count is > 0 and < 3)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND a.status IN ({string.Join(", ", search.Statuses.Where(Statuses.Contains).Select(status => $"'{status}'"))})");
        }

        if (IsLive(search))
        {
            query.Append(" AND a.status <> 'closed'");
        }

        query.Append(CultureInfo.InvariantCulture, $" ORDER BY {source.Order} LIMIT ");
        Value((long)limit);
        return [.. session.Query(query.ToString(), row => (SqlReading.Row(StateTables.Alerts, row), row.GetInt64(StateTables.Alerts.Columns.Count)), [.. values])];

        void And(string before, object value, string behind = "")
        {
            query.Append(" AND ").Append(before);
            Value(value, behind);
        }

        void Value(object value, string behind = "")
        {
            values.Add(value);
            query.Append(CultureInfo.InvariantCulture, $"${values.Count}").Append(behind);
        }
    }

    private static bool IsLive(AlertSearch search) => search.Statuses.Count > 0 && !search.Statuses.Contains("closed");

    private static IEnumerable<string> Terms(AlertSearch search)
    {
        foreach (var (letter, value) in new[] { ('a', search.Actor), ('c', search.Cluster), ('n', search.Namespace), ('d', search.Detection), ('o', search.Object) })
        {
            if (value is not null)
            {
                yield return $"terms : {letter}{Hex(value)}";
            }
        }

        if (search.Clusters is { } clusters)
        {
            yield return $"terms : ({string.Join(" OR ", clusters.Select(cluster => $"c{Hex(cluster)}"))})";
        }

        foreach (var word in search.Words)
        {
            yield return $"summary : \"{string.Join(' ', word.Runs)}\"{(word.IsBeginning ? " *" : "")}";
        }

        if (search.LeastSeverity > 0 && !search.BySeverity)
        {
            yield return $"terms : g{search.LeastSeverity}";
        }
    }

    private static string Hex(string value) => Convert.ToHexString(Encoding.UTF8.GetBytes(StateChanges.Sayable(value)));

    // Numbers rise with the time of opening. What was opened before the beginning can still be in, if it was open for long.
    private static (long First, long End) Bounds(SqlSession session, AlertSearch search)
    {
        var (first, end) = (0L, long.MaxValue);
        if (search.Until is { } until)
        {
            end = FirstSince(session, until + ClockSlack);
        }

        if (search.After?.Newest is { } newest)
        {
            end = Math.Min(end, newest + 1);
        }

        if (search.Since is { } since)
        {
            var longest = session.Query("SELECT coalesce(max(open_seconds), 0) FROM alerts WHERE open_seconds IS NOT NULL", row => row.GetInt64(0)).Single();
            var live = session.Query("SELECT min(seq) FROM alerts INDEXED BY alerts_live WHERE status <> 'closed'", row => row.IsDBNull(0) ? long.MaxValue : row.GetInt64(0)).Single();
            first = Math.Min(live, FirstSince(session, since - TimeSpan.FromSeconds(longest) - ClockSlack));
        }

        return (first, end);
    }

    private static long FirstSince(SqlSession session, DateTimeOffset time) =>
        session.Query("SELECT seq FROM alerts WHERE opened_at >= $1 ORDER BY opened_at LIMIT 1", row => row.GetInt64(0), SqlReading.Text(time)).FirstOrDefault(long.MaxValue);
}
