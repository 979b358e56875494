using System.Text.Json;

namespace AuditWatch.State.Sql;

/// <summary>The detections, as they were when they raised alerts, that have one of certain tags. There are few enough to look at all: one for each that anybody has ever changed.</summary>
/// <param name="Versions">Their versions, as alerts name them.</param>
/// <param name="Names">Their names.</param>
internal sealed record TaggedDetections(IReadOnlyList<string> Versions, IReadOnlyList<string> Names)
{
    /// <summary>Those of a search.</summary>
    public static TaggedDetections Of(SqlSession session, IReadOnlyCollection<string> tags)
    {
        var found = session.Query("SELECT version, name, tags FROM detections", row => (Version: row.GetString(0), Name: row.GetString(1), Tags: row.GetString(2)))
            .Where(detection => JsonSerializer.Deserialize<string[]>(detection.Tags)!.Intersect(tags, StringComparer.OrdinalIgnoreCase).Any()).ToList();
        return new TaggedDetections([.. found.Select(detection => detection.Version)], [.. found.Select(detection => detection.Name).Distinct(StringComparer.Ordinal)]);
    }
}
