namespace AuditWatch.State.Sql;

/// <summary>Alerts are found by the objects of the requests that they keep, those that were there before as well.</summary>
internal static class SqlSchemaVersion5
{
    public static SqlSchemaVersion Changes { get; } = new("ALTER TABLE alerts ADD COLUMN objects {json};", InSqlite, InPostgres);

    // What a row says of its object, as ObjectReference.Path has it.
    private const string Path = "coalesce(nullif(namespace, '') || '/', '') || coalesce(nullif(resource, '') || '/', '') || name";

    private static string InSqlite => $"""
        DROP TRIGGER alerts_put;
        DROP TRIGGER alerts_change;
        DROP TRIGGER alerts_remove;
        {SqlSchemaVersion1.Triggers(row => $"{SqlSchemaVersion1.Terms(row)} || coalesce((SELECT group_concat(' o' || hex(value), '') FROM json_each({row}.objects)), '')")}
        UPDATE alerts SET objects = (SELECT json_group_array(DISTINCT {Path}) FROM alert_requests WHERE alert_id = alerts.id AND name <> '')
        WHERE EXISTS (SELECT 1 FROM alert_requests WHERE alert_id = alerts.id AND name <> '');
        """;

    private const string InPostgres = $"""
        UPDATE alerts SET objects = kept.objects
        FROM (SELECT alert_id, json_agg(DISTINCT {Path}) AS objects FROM alert_requests WHERE name <> '' GROUP BY alert_id) kept WHERE kept.alert_id = alerts.id;
        CREATE INDEX alerts_objects ON alerts USING gin ((objects::jsonb) jsonb_path_ops) WHERE objects IS NOT NULL;
        """;
}
