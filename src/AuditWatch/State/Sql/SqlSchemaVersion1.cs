namespace AuditWatch.State.Sql;

/// <summary>The first schema. Alerts are numbered as they are first written, and searched for in that order.</summary>
internal static class SqlSchemaVersion1
{
    public static SqlSchemaVersion Changes { get; } = new(Tables, $"""
        CREATE VIRTUAL TABLE alert_search USING fts5 (summary, terms, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0');
        {Triggers(Terms)}
        """, InPostgres);

    private const string Tables = """
        CREATE TABLE writer (epoch bigint NOT NULL, sequence bigint NOT NULL);
        INSERT INTO writer VALUES (0, 0);

        CREATE TABLE alerts (
          seq {number},
          id {key} NOT NULL UNIQUE,
          fingerprint text NOT NULL,
          detection text NOT NULL,
          detection_version text NOT NULL,
          title text NOT NULL,
          level text NOT NULL,
          severity bigint NOT NULL,
          status text NOT NULL,
          opened_at {time} NOT NULL,
          changed_at {time} NOT NULL,
          closed_at {time},
          open_seconds bigint,
          acknowledged_by text,
          closed_by text,
          close_reason text,
          summary text NOT NULL,
          actor text NOT NULL,
          actor_kind text NOT NULL,
          cluster text NOT NULL,
          namespace text NOT NULL,
          count bigint NOT NULL,
          first_seen {time} NOT NULL,
          last_seen {time} NOT NULL,
          dedup {json} NOT NULL,
          why {json} NOT NULL);
        CREATE INDEX alerts_severity ON alerts (severity, seq);
        CREATE INDEX alerts_live ON alerts (severity, seq) WHERE status <> 'closed';
        CREATE INDEX alerts_opened_at ON alerts (opened_at);
        CREATE INDEX alerts_closed_at ON alerts (closed_at) WHERE closed_at IS NOT NULL;
        CREATE INDEX alerts_open_seconds ON alerts (open_seconds) WHERE open_seconds IS NOT NULL;

        CREATE TABLE detections (
          version {key} PRIMARY KEY,
          name text NOT NULL,
          id text,
          title text NOT NULL,
          level text NOT NULL,
          tags {json} NOT NULL,
          runbook text,
          dedup_seconds bigint NOT NULL);

        CREATE TABLE alert_requests (
          alert_id {key} NOT NULL,
          n bigint NOT NULL,
          time {time} NOT NULL,
          audit_id text,
          stage text,
          verb text,
          request_uri text,
          username text,
          impersonated_user text,
          client_ip text,
          user_agent text,
          api_group text,
          resource text,
          subresource text,
          namespace text,
          name text,
          code bigint,
          outcome text NOT NULL,
          reason text,
          command text,
          PRIMARY KEY (alert_id, n)) {clustered};

        CREATE TABLE alert_history (
          alert_id {key} NOT NULL,
          at {time} NOT NULL,
          event {key} NOT NULL,
          who {key} NOT NULL,
          note text,
          level text,
          count bigint,
          notification_id text,
          PRIMARY KEY (alert_id, at, event, who)) {clustered};

        CREATE TABLE silences (
          id {key} PRIMARY KEY,
          matchers {json} NOT NULL,
          created_by text NOT NULL,
          comment text NOT NULL,
          starts_at {time} NOT NULL,
          ends_at {time} NOT NULL);

        CREATE TABLE notifications (
          key {key} PRIMARY KEY,
          receiver text NOT NULL,
          notification_id text NOT NULL,
          kind text NOT NULL,
          conversation text NOT NULL,
          due_at {time} NOT NULL,
          alerts bigint NOT NULL,
          content {json} NOT NULL);

        CREATE TABLE dead_letters (
          key {key} PRIMARY KEY,
          receiver text NOT NULL,
          notification_id text NOT NULL,
          kind text NOT NULL,
          given_up_at {time} NOT NULL,
          reason text NOT NULL,
          alerts bigint NOT NULL,
          content {json} NOT NULL);

        CREATE TABLE groups (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE receipts (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE seen_requests (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE counted (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE first_seen (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE first_seen_clusters (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE composite_findings (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE composite_clusters (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE composite_stories (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE checkpoints (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        CREATE TABLE sources (key {key} PRIMARY KEY, value {bytes} NOT NULL);
        """;

    // What a hostile actor sends can be longer than an index of PostgreSQL takes: its beginning is.
    private const string InPostgres = """
        CREATE INDEX alerts_actor ON alerts (left(actor, 200), seq);
        CREATE INDEX alerts_cluster ON alerts (left(cluster, 200), seq);
        CREATE INDEX alerts_namespace ON alerts (left(namespace, 200), seq);
        CREATE INDEX alerts_detection ON alerts (left(detection, 200), seq);
        CREATE INDEX alerts_summary ON alerts USING gin (to_tsvector('simple', regexp_replace(left(summary, 10000), '[^[:alnum:]]+', ' ', 'g')));
        """;

    // One index of words answers for all that alerts are searched by, in the order of their numbers: each word of the summary, and a term for each value that can be asked for, in
    // hexadecimal, so that it is one word. It is kept by triggers. The text itself stays where it is.

    /// <summary>In SQLite, what keeps the index of words.</summary>
    /// <param name="terms">What a row can be asked for by, as an expression of the row's name.</param>
    public static string Triggers(Func<string, string> terms)
    {
        const string put = "INSERT INTO alert_search (rowid, summary, terms) VALUES (new.seq, new.summary, {new})";
        const string remove = "INSERT INTO alert_search (alert_search, rowid, summary, terms) VALUES ('delete', old.seq, old.summary, {old})";
        return $"""
            CREATE TRIGGER alerts_put AFTER INSERT ON alerts BEGIN {put}; END;
            CREATE TRIGGER alerts_change AFTER UPDATE ON alerts WHEN old.summary IS NOT new.summary OR {"{old}"} IS NOT {"{new}"} BEGIN {remove}; {put}; END;
            CREATE TRIGGER alerts_remove AFTER DELETE ON alerts BEGIN {remove}; END;
            """.Replace("{new}", terms("new"), StringComparison.Ordinal).Replace("{old}", terms("old"), StringComparison.Ordinal);
    }

    /// <summary>The terms of this version.</summary>
    public static string Terms(string row) =>
        $"'a' || hex({row}.actor) || ' c' || hex({row}.cluster) || ' n' || hex({row}.namespace) || ' d' || hex({row}.detection) || ' l' || {row}.severity "
        + $"|| substr(' g0 g1 g2 g3 g4', 1, 3 * ({row}.severity + 1)) || iif({row}.status = 'closed', '', ' live')";
}
