using AuditWatch.Policy;

namespace AuditWatch.Host.Output;

/// <summary>What a policy hides, as annotations of a pull request: one for each rule and each way of hiding, because GitHub shows but ten.</summary>
internal static class PolicyCoverageAnnotations
{
    /// <summary>Writes the annotations, the worst first.</summary>
    public static void Write(TextWriter output, IEnumerable<DetectionCoverage> coverage)
    {
        var gaps = coverage.SelectMany(one => one.Gaps.Select(gap => (one.Detection.Name, one.Verdict, Gap: gap)));
        foreach (var group in gaps.GroupBy(one => (Verdict: one.Verdict == Verdict.Blind ? Verdict.Blind : one.Gap.Kind, one.Gap.Location)).OrderByDescending(group => group.Key.Verdict))
        {
            var names = group.Select(one => one.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            var first = group.First().Gap;
            var severity = group.Key.Verdict switch
            {
                Verdict.Blind => DiagnosticSeverity.Error,
                Verdict.SeesLate => DiagnosticSeverity.Notice,
                _ => DiagnosticSeverity.Warning,
            };
            output.WriteLine(DiagnosticFormat.Parse("github")(
                new Diagnostic(group.Key.Location, severity, $"{group.Key.Verdict.Words()} ({first.Reason}): {string.Join(", ", names)}")));
        }
    }
}
