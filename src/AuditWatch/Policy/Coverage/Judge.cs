using AuditWatch.Detection;

namespace AuditWatch.Policy.Coverage;

/// <summary>Comes to a verdict on a detection on single events.</summary>
internal sealed class Judge(AuditPolicy policy, RequestUniverse universe)
{
    private readonly Observer _observer = new(policy, universe);

    public DetectionCoverage Of(DetectionRule rule)
    {
        var all = _observer.Observe(SoughtByRule.Of(rule, universe)).ToList();
        var gaps = all.Where(one => one.Sight != Sight.Seen && !IsRightlyBodyless(one, all)).ToList();
        var verdict = gaps.Count == 0 ? Verdict.Sees
            : gaps.Exists(one => one.Sight == Sight.Hidden) && all.TrueForAll(one => one.Sight is Sight.Hidden or Sight.Bodyless) ? Verdict.Blind
            : VerdictOn(gaps.Max(one => one.Sight));
        var words = new GapWords(policy, universe, all);
        return new DetectionCoverage(rule, verdict,
        [
            .. gaps.GroupBy(one => (one.Sight, one.Rule?.Location, one.Missing)).OrderByDescending(group => group.Key.Sight)
                .Select(group => words.Describe(VerdictOn(group.Key.Sight), [.. group])),
        ]);
    }

    // Bodies that are credentials do not belong in a log: a way of matching that needs them is no loss to a detection that has another.
    private bool IsRightlyBodyless(Observation one, List<Observation> all) =>
        one.Sight == Sight.Bodyless
        && one.Shape[Dimension.Target].Members().All(i => universe.Targets[i].HoldsCredentials)
        && all.Exists(other => other.Sight == Sight.Seen && other.Sought.Level == AuditLevel.Metadata);

    private static Verdict VerdictOn(Sight sight) => sight switch
    {
        Sight.Hidden => Verdict.SeesPart,
        Sight.Bodyless => Verdict.SeesWithoutBody,
        Sight.Late => Verdict.SeesLate,
        _ => Verdict.Sees,
    };
}
