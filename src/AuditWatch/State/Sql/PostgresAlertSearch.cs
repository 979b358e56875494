using System.Globalization;
using System.Text;

namespace AuditWatch.State.Sql;

/// <summary>Searches for alerts in PostgreSQL, whose planner chooses among the indexes of <see cref="SqlSchemaVersion1"/>.</summary>
internal static class PostgresAlertSearch
{
    /// <summary>The page that is asked for.</summary>
    public static AlertPage Find(SqlSession session, AlertSearch search)
    {
        var query = new StringBuilder($"SELECT {string.Join(", ", StateTables.Alerts.Columns.Select(column => column.Name))}, seq FROM alerts WHERE severity >= $1");
        var values = new List<object?> { (long)search.LeastSeverity };
        foreach (var (column, value) in new[] { ("actor", search.Actor), ("cluster", search.Cluster), ("namespace", search.Namespace), ("detection", search.Detection) })
        {
            if (value is not null)
            {
                var place = Add(StateChanges.Sayable(value));
                query.Append(CultureInfo.InvariantCulture, $" AND left({column}, 200) = left({place}, 200) AND {column} = {place}");
            }
        }

        if (search.Object is { } thing)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND objects::jsonb @> jsonb_build_array({Add(StateChanges.Sayable(thing))}::text)");
        }

        if (search.Tags is { } tags)
        {
            var tagged = TaggedDetections.Of(session, tags);
            if (tagged.Versions.Count == 0)
            {
                return new AlertPage([], null);
            }

            query.Append(CultureInfo.InvariantCulture, $" AND left(detection, 200) IN ({string.Join(", ", tagged.Names.Select(name => $"left({Add(name)}, 200)"))}) AND detection_version IN ({string.Join(", ", tagged.Versions.Select(Add))})");
        }

        if (search.Clusters is { } clusters)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND cluster IN ({string.Join(", ", clusters.Select(cluster => Add(StateChanges.Sayable(cluster))))})");
        }

        foreach (var word in search.Words)
        {
            var text = string.Join(" <-> ", word.Runs.Select((run, index) => $"'{run}'{(word.IsBeginning && index == word.Runs.Count - 1 ? ":*" : "")}"));
            query.Append(CultureInfo.InvariantCulture, $" AND to_tsvector('simple', regexp_replace(left(summary, 10000), '[^[:alnum:]]+', ' ', 'g')) @@ to_tsquery('simple', {Add(text)})");
        }

        if (search.Statuses.Count is > 0 and < 3)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND status IN ({string.Join(", ", search.Statuses.Select(Add))}){(search.Statuses.Contains("closed") ? "" : " AND status <> 'closed'")}");
        }

        if (search.Until is { } until)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND opened_at < {Add(until.ToUniversalTime())}");
        }

        if (search.Since is { } since)
        {
            var longest = session.Query("SELECT coalesce(max(open_seconds), 0) FROM alerts", row => row.GetInt64(0)).Single();
            query.Append(CultureInfo.InvariantCulture, $" AND ((status <> 'closed') OR (changed_at >= {Add(since.ToUniversalTime())} AND opened_at >= {Add(since.ToUniversalTime().AddSeconds(-longest))}))");
        }

        if (search.IdPrefix is { } prefix)
        {
            query.Append(CultureInfo.InvariantCulture, $" AND id >= {Add(prefix)} AND id < {Add(prefix + "g")}");
        }

        if (search.After is { } after)
        {
            query.Append(after.Severity is { } severity
                ? $" AND (severity, seq) < ({Add((long)severity)}, {Add(after.Number)}) AND seq <= {Add(after.Newest ?? long.MaxValue)}"
                : $" AND seq < {Add(after.Number)}");
        }

        query.Append(search.BySeverity ? " ORDER BY severity DESC, seq DESC" : " ORDER BY seq DESC").Append(CultureInfo.InvariantCulture, $" LIMIT {Add(search.Limit + 1L)}");
        var found = session.Query(query.ToString(), row => (SqlReading.Row(StateTables.Alerts, row), row.GetInt64(StateTables.Alerts.Columns.Count)), [.. values]).ToList();
        return SqliteAlertSearch.Page(session, search, found);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }
}
