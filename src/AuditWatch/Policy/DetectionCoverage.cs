using AuditWatch.Detection;

namespace AuditWatch.Policy;

/// <summary>What a policy lets one detection see. Immutable.</summary>
/// <param name="Detection">The detection.</param>
/// <param name="Verdict">In a word.</param>
/// <param name="Gaps">What it does not see as it has to, the worst first; of a correlation, what the rules it counts do not.</param>
public sealed record DetectionCoverage(DetectionRule Detection, Verdict Verdict, IReadOnlyList<Gap> Gaps);
