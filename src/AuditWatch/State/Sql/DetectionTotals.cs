using System.Globalization;

namespace AuditWatch.State.Sql;

/// <summary>Adds up how often detections raised alerts; the same way in every database.</summary>
internal static class DetectionTotals
{
    public static List<DetectionTotal> Of(SqlSession session, string first, string counted, IReadOnlyCollection<string>? clusters)
    {
        if (clusters is { Count: 0 })
        {
            return [];
        }

        var where = clusters is null ? "" : $" AND cluster IN ({string.Join(", ", clusters.Select((_, place) => string.Create(CultureInfo.InvariantCulture, $"${place + 3}")))})";
        return [.. session.Query(
            $"SELECT detection, {Sum("opened")}, {Sum("closed")}, {Sum("false_positives")}, max(last_seen) FROM detection_days WHERE day >= $1{where} GROUP BY detection ORDER BY detection",
            row => new DetectionTotal(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), SqlReading.Time(row, 4)),
            [first, counted, .. clusters ?? []])];
    }

    private static string Sum(string column) => $"CAST(sum(CASE WHEN day >= $2 THEN {column} ELSE 0 END) AS bigint)";
}
