using System.Text.Json;
using AuditWatch.Detection;
using AuditWatch.Policy;

namespace AuditWatch.Host.Output;

/// <summary>What a policy lets detections see, for programs: a detection a line.</summary>
internal static class PolicyCoverageJson
{
    /// <summary>Writes the lines, the worst first.</summary>
    public static void Write(TextWriter output, IEnumerable<DetectionCoverage> coverage)
    {
        foreach (var one in coverage)
        {
            output.WriteLine(JsonSerializer.Serialize(new
            {
                detection = one.Detection.Name,
                level = one.Detection.Level.Word(),
                verdict = one.Verdict.Word(),
                gaps = one.Gaps.Select(gap => new
                {
                    kind = gap.Kind.Word(),
                    requests = gap.Requests,
                    file = gap.Location.File,
                    line = gap.Location.Line,
                    column = gap.Location.Column,
                    reason = gap.Reason,
                    mend = gap.Fix.Text,
                }),
            }));
        }
    }
}
