using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>
/// The fewest rules that meet needs. What holds credentials comes first, at Metadata, so that no rule after it reaches it; then the bodies, the most
/// first, so that the first rule that matches is always enough; then everything else.
/// </summary>
internal sealed class NeededRules(RequestUniverse universe)
{
    private readonly ShapeRules _rules = new(universe);

    public IReadOnlyList<GeneratedRule> Of(IReadOnlyList<Need> needs)
    {
        var left = needs.ToList();
        var credentials = universe.WhereTarget(target => target.HoldsCredentials);
        return
        [
            .. Take(need => credentials.Contains(need.Shape), "Their bodies are credentials: never more than this."),
            .. Take(need => need.Level == AuditLevel.RequestResponse, "What a patch makes of an object is in the answer alone."),
            .. Take(need => need.Level == AuditLevel.Request, "What is asked for is in the body of the request."),
            .. Take(need => need.IsOpen(universe), "Everything else: requests of any kind, and the few facts about them that every level has."),
            .. Take(_ => true, "Who asks for what."),
        ];

        // What a rule records need not be recorded by one after it.
        List<GeneratedRule> Take(Func<Need, bool> which, string reason)
        {
            var taken = left.Where(which).ToList();
            var rules = Rules(taken, reason).ToList();
            left = [.. rules.SelectMany(one => RuleShapes.Of(one.Rule, universe))
                .Aggregate(left.Except(taken), (rest, shape) => rest.SelectMany(need => need.Shape.Except(shape).Select(one => need with { Shape = one })))];
            return rules;
        }
    }

    private IEnumerable<GeneratedRule> Rules(List<Need> needs, string reason)
    {
        var open = needs.Where(need => need.IsOpen(universe)).ToList();
        return Listed([.. needs.Except(open)]).Append(open).Where(group => group.Count > 0).SelectMany(group =>
        {
            var detections = group.Select(need => need.Detection).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            return _rules.Of([.. group.Select(need => need.Shape)], group.Max(need => need.Level), null).Select(rule => new GeneratedRule(rule, reason, detections));
        });
    }

    // All targets that are needed with the same verbs go together.
    private IEnumerable<List<Need>> Listed(List<Need> needs) => Enumerable.Range(0, universe.Targets.Count)
        .Select(target => needs.Where(need => need.Shape[Dimension.Target].Contains(target)).Select(need => Only(target, need)).ToList())
        .Where(ofTarget => ofTarget.Count > 0)
        .GroupBy(ofTarget => string.Join(' ', _rules.Of([.. ofTarget.Select(need => need.Shape)], AuditLevel.Metadata, null)[0].Verbs), (_, targets) => targets.SelectMany(one => one).ToList());

    private Need Only(int target, Need need) =>
        need with { Shape = need.Shape.Intersect(universe.Where(Dimension.Target, i => i == target)) };
}
