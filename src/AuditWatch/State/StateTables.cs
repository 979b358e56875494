namespace AuditWatch.State;

/// <summary>
/// All tables of the state. Those for people are a contract that docs/state.md describes; of the others only AuditWatch asks, by key. How they look, and what
/// is nested in their records, belongs to a version of the schema: whoever changes it adds one to <see cref="Sql.SqlSchema"/>.
/// </summary>
public static class StateTables
{
    /// <summary>Alerts, by id. Their number rises in the order they are first written.</summary>
    public static StateTable Alerts { get; } = new("alerts", keys: 1, """
        id text, fingerprint text, detection text, detection_version text, title text, level text, severity number, status text, opened_at time, changed_at time, closed_at time,
        open_seconds number, acknowledged_by text, closed_by text, close_reason text, summary text, actor text, actor_kind text, cluster text, namespace text, count number, first_seen time, last_seen time,
        dedup json, why json, updates json, objects json
        """);

    /// <summary>What alerts keep of the detections that raised them, by a hash of it.</summary>
    public static StateTable Detections { get; } = new("detections", keys: 1, "version text, name text, id text, title text, level text, tags json, runbook text, dedup_seconds number, composite number");

    /// <summary>The requests that alerts keep, by alert and place in its sample.</summary>
    public static StateTable Requests { get; } = new("alert_requests", keys: 2, """
        alert_id text, n number, time time, audit_id text, stage text, verb text, request_uri text, username text, impersonated_user text, client_ip text, user_agent text, api_group text, resource text,
        subresource text, namespace text, name text, code number, outcome text, reason text, command text, related json, changes json
        """);

    /// <summary>What happened to alerts, by alert, time, event and who it was.</summary>
    public static StateTable History { get; } = new("alert_history", keys: 4, "alert_id text, at time, event text, who text, note text, level text, count number, notification_id text");

    /// <summary>Incidents, by id. Those that have become part of another stay, closed, and say of which.</summary>
    public static StateTable Incidents { get; } = new("incidents", keys: 1, """
        id text, title text, level text, severity number, status text, assignee text, opened_at time, changed_at time, closed_at time, closed_by text, close_reason text, close_note text,
        merged_into text, set_apart number, cluster text, first_seen time, last_seen time, alerts number, open_alerts number, events number, tactics json, actors json, shared json, hubs json
        """);

    /// <summary>Which incident alerts belong to, by alert; and which alert people have joined one with.</summary>
    public static StateTable IncidentAlerts { get; } = new("incident_alerts", keys: 1, "alert_id text, incident_id text, joined_to text");

    /// <summary>What happened to incidents, by incident and place in its history.</summary>
    public static StateTable IncidentHistory { get; } = new("incident_history", keys: 2, "incident_id text, n number, at time, event text, who text, note text");

    /// <summary>How often detections raised alerts, by the day of opening, detection and cluster, and what became of them. The database keeps it itself, with the alerts.</summary>
    public static StateTable DetectionDays { get; } = new("detection_days", keys: 3, "day text, detection text, cluster text, opened number, closed number, false_positives number, last_seen time");

    /// <summary>Silences that were added at run time, by id.</summary>
    public static StateTable Silences { get; } = new("silences", keys: 1, "id text, matchers json, created_by text, comment text, starts_at time, ends_at time");

    /// <summary>Notifications on their way, by a key that rises in the order they are made.</summary>
    public static StateTable Notifications { get; } = new("notifications", keys: 1, "key text, receiver text, notification_id text, kind text, conversation text, due_at time, alerts number, content json");

    /// <summary>Notifications that were given up, by the key they had.</summary>
    public static StateTable DeadLetters { get; } = new("dead_letters", keys: 1, "key text, receiver text, notification_id text, kind text, given_up_at time, reason text, alerts number, content json");

    /// <summary>What groups of alerts have told their receivers.</summary>
    public static StateTable Groups { get; } = Records("groups");

    /// <summary>What receivers gave for the latest notification of a conversation.</summary>
    public static StateTable Receipts { get; } = Records("receipts");

    /// <summary>Which requests detections have matched, batch by batch.</summary>
    public static StateTable SeenRequests { get; } = Records("seen_requests");

    /// <summary>What correlations have counted, batch by batch.</summary>
    public static StateTable Counted { get; } = Records("counted");

    /// <summary>Which combinations of values <c>firstSeen</c> has met.</summary>
    public static StateTable FirstSeen { get; } = Records("first_seen");

    /// <summary>Since when <c>firstSeen</c> has been learning in which cluster.</summary>
    public static StateTable FirstSeenClusters { get; } = Records("first_seen_clusters");

    /// <summary>Findings that stories of composites wait with, by their order of arrival.</summary>
    public static StateTable CompositeFindings { get; } = Records("composite_findings");

    /// <summary>Since when composites have been watching which cluster.</summary>
    public static StateTable CompositeClusters { get; } = Records("composite_clusters");

    /// <summary>Stories that have been told.</summary>
    public static StateTable CompositeStories { get; } = Records("composite_stories");

    /// <summary>Up to where sources have been read.</summary>
    public static StateTable Checkpoints { get; } = Records("checkpoints");

    /// <summary>Which sources have spoken.</summary>
    public static StateTable Sources { get; } = Records("sources");

    /// <summary>Tokens of the API, by id; of the tokens themselves only hashes.</summary>
    public static StateTable ApiTokens { get; } = new("api_tokens", keys: 1, "id text, name text, role text, sha256 bytes, created_by text, created_at time, expires_at time");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<StateTable> All { get; } =
        [Alerts, Detections, Requests, History, Incidents, IncidentAlerts, IncidentHistory, DetectionDays, Silences, Notifications, DeadLetters, Groups, Receipts, SeenRequests, Counted, FirstSeen, FirstSeenClusters,
            CompositeFindings, CompositeClusters, CompositeStories, Checkpoints, Sources, ApiTokens];

    private static StateTable Records(string name) => new(name, keys: 1, "key text, value bytes");
}
