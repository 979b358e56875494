namespace AuditWatch.State.Sql;

/// <summary>How often detections raised alerts, by the day of opening: kept by triggers with each alert, so that nobody has to count a million of them. What is long is cut, as an index takes no more.</summary>
internal static class SqlSchemaVersion6
{
    private const string IsFalse = "({row}.status = 'closed' AND ({row}.close_reason = 'false-positive' OR {row}.close_reason LIKE 'false-positive:%'))";

    public static SqlSchemaVersion Changes { get; } = new(
        """
        CREATE TABLE detection_days (
          day {key} NOT NULL,
          detection {key} NOT NULL,
          cluster {key} NOT NULL,
          opened bigint NOT NULL,
          closed bigint NOT NULL,
          false_positives bigint NOT NULL,
          last_seen {time} NOT NULL,
          PRIMARY KEY (day, detection, cluster)) {clustered};
        """,
        InSqlite,
        InPostgres);

    private static string InSqlite => $"""
        INSERT INTO detection_days SELECT substr(a.opened_at, 1, 10), substr(a.detection, 1, 200), substr(a.cluster, 1, 200), count(*), sum(a.status = 'closed'), sum(coalesce({False("a")}, 0)), max(a.last_seen)
          FROM alerts a GROUP BY 1, 2, 3;
        CREATE TRIGGER alerts_count AFTER INSERT ON alerts BEGIN
          INSERT INTO detection_days VALUES (substr(new.opened_at, 1, 10), substr(new.detection, 1, 200), substr(new.cluster, 1, 200), 1, new.status = 'closed', coalesce({False("new")}, 0), new.last_seen)
            ON CONFLICT (day, detection, cluster) DO UPDATE SET opened = opened + 1, closed = closed + excluded.closed, false_positives = false_positives + excluded.false_positives,
              last_seen = max(last_seen, excluded.last_seen);
        END;
        CREATE TRIGGER alerts_recount AFTER UPDATE ON alerts WHEN old.status IS NOT new.status OR old.close_reason IS NOT new.close_reason OR old.last_seen IS NOT new.last_seen BEGIN
          UPDATE detection_days SET closed = closed + (new.status = 'closed') - (old.status = 'closed'), false_positives = false_positives + coalesce({False("new")}, 0) - coalesce({False("old")}, 0),
            last_seen = max(last_seen, new.last_seen)
            WHERE day = substr(new.opened_at, 1, 10) AND detection = substr(new.detection, 1, 200) AND cluster = substr(new.cluster, 1, 200);
        END;
        """;

    private static string InPostgres => $"""
        INSERT INTO detection_days SELECT to_char(a.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), left(a.detection, 200), left(a.cluster, 200), count(*), count(*) FILTER (WHERE a.status = 'closed'),
          count(*) FILTER (WHERE {False("a")}), max(a.last_seen) FROM alerts a GROUP BY 1, 2, 3;
        CREATE FUNCTION count_detection() RETURNS trigger LANGUAGE plpgsql AS $count$
          BEGIN
            IF TG_OP = 'INSERT' THEN
              INSERT INTO detection_days AS d VALUES (to_char(NEW.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), left(NEW.detection, 200), left(NEW.cluster, 200), 1,
                (NEW.status = 'closed')::int, coalesce({False("NEW")}, false)::int, NEW.last_seen)
                ON CONFLICT (day, detection, cluster) DO UPDATE SET opened = d.opened + 1, closed = d.closed + excluded.closed, false_positives = d.false_positives + excluded.false_positives,
                  last_seen = greatest(d.last_seen, excluded.last_seen);
            ELSIF OLD.status IS DISTINCT FROM NEW.status OR OLD.close_reason IS DISTINCT FROM NEW.close_reason OR OLD.last_seen IS DISTINCT FROM NEW.last_seen THEN
              UPDATE detection_days SET closed = closed + (NEW.status = 'closed')::int - (OLD.status = 'closed')::int,
                false_positives = false_positives + coalesce({False("NEW")}, false)::int - coalesce({False("OLD")}, false)::int, last_seen = greatest(last_seen, NEW.last_seen)
                WHERE day = to_char(NEW.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AND detection = left(NEW.detection, 200) AND cluster = left(NEW.cluster, 200);
            END IF;
            RETURN NULL;
          END
        $count$;
        CREATE TRIGGER alerts_count AFTER INSERT OR UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION count_detection();
        """;

    private static string False(string row) => IsFalse.Replace("{row}", row, StringComparison.Ordinal);
}
