namespace AuditWatch.State.Sql;

/// <summary>Incidents with a life of their own, and what of alerts decides which of them belong together.</summary>
internal static class SqlSchemaVersion2
{
    public static SqlSchemaVersion Changes { get; } = new("""
        ALTER TABLE alert_requests ADD COLUMN related {json};
        ALTER TABLE detections ADD COLUMN composite bigint;

        CREATE TABLE incidents (
          id {key} PRIMARY KEY,
          title text NOT NULL,
          level text NOT NULL,
          severity bigint NOT NULL,
          status text NOT NULL,
          assignee text,
          opened_at {time} NOT NULL,
          changed_at {time} NOT NULL,
          closed_at {time},
          closed_by text,
          close_reason text,
          close_note text,
          merged_into text,
          set_apart bigint NOT NULL,
          cluster text NOT NULL,
          first_seen {time} NOT NULL,
          last_seen {time} NOT NULL,
          alerts bigint NOT NULL,
          open_alerts bigint NOT NULL,
          events bigint NOT NULL,
          tactics {json} NOT NULL,
          actors {json} NOT NULL,
          shared {json} NOT NULL,
          hubs {json} NOT NULL);
        CREATE INDEX incidents_opened_at ON incidents (opened_at);
        CREATE INDEX incidents_merged ON incidents (closed_at) WHERE merged_into IS NOT NULL;

        CREATE TABLE incident_alerts (
          alert_id {key} PRIMARY KEY,
          incident_id {key} NOT NULL,
          joined_to text);
        CREATE INDEX incident_alerts_incident ON incident_alerts (incident_id);

        CREATE TABLE incident_history (
          incident_id {key} NOT NULL,
          n bigint NOT NULL,
          at {time} NOT NULL,
          event text NOT NULL,
          who text NOT NULL,
          note text NOT NULL,
          PRIMARY KEY (incident_id, n)) {clustered};
        """);
}
