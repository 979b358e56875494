using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy;

/// <summary>
/// Works out which requests a policy hides from detections, from the conditions of the detections and the rules of the policy alone, without any event.
/// The requests that a condition can match are a union of products of finite sets (<see cref="RequestShape"/>), and so are those that a rule of the
/// policy matches; the evaluator intersects them.
/// </summary>
public sealed class CoverageEvaluator
{
    private readonly AuditPolicy _policy;
    private readonly RequestUniverse _universe;
    private readonly VisibilityEvaluator _visibility;

    private CoverageEvaluator(AuditPolicy policy, RequestUniverse universe)
    {
        _policy = policy;
        _universe = universe;
        _visibility = new VisibilityEvaluator(policy, universe);
    }

    /// <summary>Evaluates a policy for every detection that raises alerts. Takes tenths of a second for a hundred detections.</summary>
    /// <returns>One result per detection: by verdict, the worst first, then by level, the highest first, then by name.</returns>
    public static IReadOnlyList<DetectionCoverage> Evaluate(AuditPolicy policy, DetectionSet detections)
    {
        var universe = RequestUniverse.Of(policy, detections.Rules.Where(rule => rule is { Search: not null, IsAwaited: false }).Select(rule => rule.Search!.Condition));
        var evaluator = new CoverageEvaluator(policy, universe);
        var single = detections.Rules.Where(rule => rule is { Search: not null, IsAwaited: false }).ToDictionary(rule => rule, evaluator.OfSingleEvents);
        var counted = detections.FeedingOnly();
        return
        [
            .. detections.Rules.Where(rule => !counted.Contains(rule)).Select(Of)
                .OrderByDescending(one => one.Verdict).ThenByDescending(one => one.Detection.Level).ThenBy(one => one.Detection.Name, StringComparer.Ordinal),
        ];

        DetectionCoverage Of(DetectionRule rule) => single.TryGetValue(rule, out var known) ? known : OfCorrelation(rule, [.. detections.ReferencedBy(rule).Select(Of)]);
    }

    // A temporal correlation needs findings of every rule that it names; any other may reach its count with those of one.
    private static DetectionCoverage OfCorrelation(DetectionRule rule, IReadOnlyList<DetectionCoverage> counted)
    {
        var worst = counted.Count == 0 ? Verdict.Sees : counted.Max(one => one.Verdict);
        var needsAll = rule.Correlation?.Type is null or CorrelationType.Temporal or CorrelationType.TemporalOrdered;
        var verdict = worst == Verdict.Blind && !needsAll && counted.Any(one => one.Verdict < Verdict.Blind) ? Verdict.SeesPart : worst;
        return new DetectionCoverage(rule, verdict, [.. counted.SelectMany(one => one.Gaps).OrderByDescending(gap => gap.Kind)]);
    }

    private DetectionCoverage OfSingleEvents(DetectionRule rule)
    {
        var all = _visibility.Evaluate(SelectorCompiler.Compile(rule, _universe)).ToList();
        var hidden = all.Where(one => one.Visibility != Visibility.Full && !IsRightlyWithoutBody(one, all)).ToList();
        var verdict = hidden.Count == 0 ? Verdict.Sees
            : hidden.Exists(one => one.Visibility == Visibility.Hidden) && all.TrueForAll(one => one.Visibility is Visibility.Hidden or Visibility.WithoutBody) ? Verdict.Blind
            : VerdictOn(hidden.Max(one => one.Visibility));
        var describer = new GapDescriber(_policy, _universe, all);
        return new DetectionCoverage(rule, verdict,
        [
            .. hidden.GroupBy(one => (one.Visibility, one.Rule?.Location, one.Missing)).OrderByDescending(group => group.Key.Visibility)
                .Select(group => describer.Describe(VerdictOn(group.Key.Visibility), [.. group])),
        ]);
    }

    // Bodies that are credentials do not belong into a log. A detection that can also match without them loses nothing.
    private bool IsRightlyWithoutBody(SelectorVisibility one, List<SelectorVisibility> all) =>
        one.Visibility == Visibility.WithoutBody
        && one.Shape[Dimension.Target].Members().All(i => _universe.Targets[i].HoldsCredentials)
        && all.Exists(other => other.Visibility == Visibility.Full && other.Selector.Level == AuditLevel.Metadata);

    private static Verdict VerdictOn(Visibility visibility) => visibility switch
    {
        Visibility.Hidden => Verdict.SeesPart,
        Visibility.WithoutBody => Verdict.SeesWithoutBody,
        Visibility.Late => Verdict.SeesLate,
        _ => Verdict.Sees,
    };
}
