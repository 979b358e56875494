using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy;

/// <summary>
/// What a policy lets detections see, worked out from the conditions of the detections and the rules of the policy, without any event: the requests that
/// a condition can match are a union of shapes (<see cref="RequestShape"/>), and so are those that each rule of the policy decides about.
/// </summary>
public static class PolicyCoverage
{
    /// <summary>The verdicts on all detections that raise alerts, the worst first.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="detections">The detections.</param>
    public static IReadOnlyList<DetectionCoverage> Of(AuditPolicy policy, DetectionSet detections)
    {
        var universe = RequestUniverse.Of(policy, detections.Rules.Where(rule => rule.Search is not null).Select(rule => rule.Search!.Condition));
        var judge = new Judge(policy, universe);
        var single = detections.Rules.Where(rule => rule.Search is not null).ToDictionary(rule => rule, judge.Of);
        var counted = detections.Rules.Where(rule => rule.Correlation is { Generate: false }).SelectMany(detections.ReferencedBy).ToHashSet();
        return
        [
            .. detections.Rules.Where(rule => !counted.Contains(rule)).Select(Of)
                .OrderByDescending(one => one.Verdict).ThenByDescending(one => one.Detection.Level).ThenBy(one => one.Detection.Name, StringComparer.Ordinal),
        ];

        DetectionCoverage Of(DetectionRule rule) => single.TryGetValue(rule, out var known) ? known : OfCorrelation(rule, [.. detections.ReferencedBy(rule).Select(Of)]);
    }

    // A sequence needs all that it is made of; where findings are counted together, those of one rule may do.
    private static DetectionCoverage OfCorrelation(DetectionRule rule, IReadOnlyList<DetectionCoverage> counted)
    {
        var worst = counted.Count == 0 ? Verdict.Sees : counted.Max(one => one.Verdict);
        var needsAll = rule.Correlation!.Type is CorrelationType.Temporal or CorrelationType.TemporalOrdered;
        var verdict = worst == Verdict.Blind && !needsAll && counted.Any(one => one.Verdict < Verdict.Blind) ? Verdict.SeesPart : worst;
        return new DetectionCoverage(rule, verdict, [.. counted.SelectMany(one => one.Gaps).OrderByDescending(gap => gap.Kind)]);
    }
}
