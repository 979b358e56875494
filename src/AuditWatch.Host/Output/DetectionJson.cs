using System.Text.Json;
using AuditWatch.Detection;

namespace AuditWatch.Host.Output;

/// <summary>The catalogue for programs: one object a line.</summary>
internal static class DetectionJson
{
    /// <summary>Writes the catalogue by name.</summary>
    public static void Write(TextWriter output, IEnumerable<DetectionRule> rules)
    {
        foreach (var rule in rules.OrderBy(rule => rule.Name, StringComparer.Ordinal))
        {
            output.WriteLine(JsonSerializer.Serialize(new
            {
                name = rule.Name,
                id = rule.Id,
                title = rule.Title,
                level = rule.Level.Word(),
                status = rule.Status,
                description = rule.Description,
                tags = rule.Tags,
                falsePositives = rule.FalsePositives,
                dedup = new { by = rule.DedupBy, windowSeconds = (long)rule.DedupWindow.TotalSeconds },
                file = rule.Location.File,
                line = rule.Location.Line,
            }));
        }
    }
}
