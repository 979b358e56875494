using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy;

/// <summary>
/// Works out which requests a policy hides from detections, from the conditions of the detections and the rules of the policy alone, without any event.
/// The requests that a condition can match are a union of products of finite sets (<see cref="RequestShape"/>), and so are those that a rule of the
/// policy matches; the evaluator intersects them.
/// </summary>
internal sealed class CoverageEvaluator
{
    private readonly DetectionSet _detections;
    private readonly RequestUniverse _universe;

    // What takes nearly all of the time, and is the same for every policy.
    private readonly IReadOnlyList<(DetectionRule Rule, IReadOnlyList<RequestSelector> Selectors)> _single;

    private CoverageEvaluator(DetectionSet detections, RequestUniverse universe)
    {
        _detections = detections;
        _universe = universe;
        _single = [.. detections.Rules.Where(IsEvaluated).Select(rule => (rule, (IReadOnlyList<RequestSelector>)[.. SelectorCompiler.Compile(rule, universe)]))];
    }

    /// <summary>Evaluates a policy for every detection that raises alerts. Takes a second for ten or twenty detections.</summary>
    /// <returns>One result per detection: by verdict, the worst first, then by level, the highest first, then by name.</returns>
    public static IReadOnlyList<DetectionCoverage> Evaluate(AuditPolicy policy, DetectionSet detections) => For(policy, detections).Evaluate(policy);

    /// <summary>An evaluator of several policies for the same detections, in hardly more time than one takes.</summary>
    /// <param name="all">A policy that has the rules of all of them: it is evaluated whatever a rule of it tells apart.</param>
    /// <param name="detections">The detections.</param>
    internal static CoverageEvaluator For(AuditPolicy all, DetectionSet detections) =>
        new(detections, RequestUniverse.Of(all, detections.Rules.Where(IsEvaluated).Select(rule => rule.Search!.Condition)));

    /// <summary>As <see cref="Evaluate(AuditPolicy, DetectionSet)"/>.</summary>
    internal IReadOnlyList<DetectionCoverage> Evaluate(AuditPolicy policy)
    {
        var visibility = new VisibilityEvaluator(policy, _universe);
        var single = _single.ToDictionary(one => one.Rule, one => OfSingleEvents(one.Rule, policy, [.. visibility.Evaluate(one.Selectors)]));
        var counted = _detections.FeedingOnly();
        return
        [
            .. _detections.Rules.Where(rule => !counted.Contains(rule)).Select(Of)
                .OrderByDescending(one => one.Verdict).ThenByDescending(one => one.Detection.Level).ThenBy(one => one.Detection.Name, StringComparer.Ordinal),
        ];

        DetectionCoverage Of(DetectionRule rule) => single.TryGetValue(rule, out var known) ? known : OfCorrelation(rule, [.. _detections.ReferencedBy(rule).Select(Of)]);
    }

    private static bool IsEvaluated(DetectionRule rule) => rule is { Search: not null, IsAwaited: false };

    // A temporal correlation needs findings of every rule that it names; any other may reach its count with those of one.
    private static DetectionCoverage OfCorrelation(DetectionRule rule, IReadOnlyList<DetectionCoverage> counted)
    {
        var worst = counted.Count == 0 ? Verdict.Sees : counted.Max(one => one.Verdict);
        var needsAll = rule.Correlation?.Type is null or CorrelationType.Temporal or CorrelationType.TemporalOrdered;
        var verdict = worst == Verdict.Blind && !needsAll && counted.Any(one => one.Verdict < Verdict.Blind) ? Verdict.SeesPart : worst;
        return new DetectionCoverage(rule, verdict, [.. counted.SelectMany(one => one.Gaps).OrderByDescending(gap => gap.Kind)]);
    }

    private DetectionCoverage OfSingleEvents(DetectionRule rule, AuditPolicy policy, List<SelectorVisibility> all)
    {
        var hidden = all.Where(one => one.Visibility != Visibility.Full && !IsRightlyWithoutBody(one, all)).ToList();
        var verdict = hidden.Count == 0 ? Verdict.Sees
            : hidden.Exists(one => one.Visibility == Visibility.Hidden) && all.TrueForAll(one => one.Visibility is Visibility.Hidden or Visibility.WithoutBody) ? Verdict.Blind
            : VerdictOn(hidden.Max(one => one.Visibility));
        var describer = new GapDescriber(policy, _universe, all);
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
