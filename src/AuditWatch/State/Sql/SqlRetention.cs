using System.Globalization;

namespace AuditWatch.State.Sql;

/// <summary>
/// What of the alerts is kept: those that are not closed always, those that are closed for so long, and of them fewer where the database would become too large; the one closed longest
/// ago goes first. It goes in small steps, so that nobody waits for it. Not thread-safe.
/// </summary>
internal sealed class SqlRetention(SqlDatabase database, TimeSpan retention, long maxBytes)
{
    private const int Step = 200;

    // For so long it is known how often detections raised alerts, whatever is left of those.
    private static readonly TimeSpan Days = TimeSpan.FromDays(90);

    // How full the database is afterwards, so that it is not full again at once.
    private const double Enough = 0.95;

    private static readonly string Oldest = $"(SELECT id FROM alerts WHERE closed_at < $1 ORDER BY closed_at, seq LIMIT {Step})";

    // Of incidents, those that nothing is left of, and those that have become part of another.
    private static readonly string Emptied =
        $"(SELECT p.incident_id FROM incident_alerts p WHERE p.alert_id IN {Oldest} AND NOT EXISTS (SELECT 1 FROM incident_alerts q WHERE q.incident_id = p.incident_id AND q.alert_id NOT IN {Oldest}))";

    private static readonly string Merged = $"(SELECT id FROM incidents WHERE merged_into IS NOT NULL AND closed_at < $1 ORDER BY closed_at LIMIT {Step})";

    private long _toShed;

    /// <summary>Whether the database is larger than it should be although nothing can go.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The statements that remove what is to go next; none if nothing is.</summary>
    public IReadOnlyList<SqlStatement> Next(SqlSession session, DateTimeOffset now)
    {
        var firstDay = (now - Days).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (session.Query("SELECT 1 FROM detection_days WHERE day < $1 LIMIT 1", _ => true, firstDay).Any())
        {
            return [new SqlStatement("DELETE FROM detection_days WHERE day < $1", firstDay)];
        }

        if (session.Query("SELECT 1 FROM alerts WHERE closed_at < $1 LIMIT 1", _ => true, now - retention).Any())
        {
            return Remove(now - retention);
        }

        _toShed = _toShed > 0 ? _toShed : ToShed(session);
        if (_toShed == 0)
        {
            return [];
        }

        _toShed = Math.Max(0, _toShed - Step);
        return Remove(DateTimeOffset.MaxValue);
    }

    private static SqlStatement[] Remove(DateTimeOffset closedBefore) =>
    [
        new($"DELETE FROM alert_requests WHERE alert_id IN {Oldest}", closedBefore),
        new($"DELETE FROM alert_history WHERE alert_id IN {Oldest}", closedBefore),
        new($"DELETE FROM incident_history WHERE incident_id IN {Emptied} OR incident_id IN {Merged}", closedBefore),
        new($"DELETE FROM incidents WHERE id IN {Emptied} OR id IN {Merged}", closedBefore),
        new($"DELETE FROM incident_alerts WHERE alert_id IN {Oldest}", closedBefore),
        new($"DELETE FROM alerts WHERE id IN {Oldest}", closedBefore),
    ];

    // Where the size is only estimated, it does not follow each step: how much is to go is decided once.
    private long ToShed(SqlSession session)
    {
        IsTooLarge = database.BytesInUse(session, isExact: false) > maxBytes && database.BytesInUse(session, isExact: true) > maxBytes;
        if (!IsTooLarge)
        {
            return 0;
        }

        var closed = session.Query("SELECT count(*) FROM alerts WHERE closed_at IS NOT NULL", row => row.GetInt64(0)).Single();
        IsTooLarge = closed == 0;
        return (long)Math.Ceiling(closed * (1 - (Enough * maxBytes / database.BytesInUse(session, isExact: false))));
    }
}
