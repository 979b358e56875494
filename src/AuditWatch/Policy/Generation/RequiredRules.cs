using AuditWatch.Detection;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>
/// Builds the fewest rules that record what detections require. Targets whose bodies are credentials come first, at Metadata, so that no later rule reaches
/// them; then the levels in descending order, so that the first rule that matches is always enough.
/// </summary>
internal sealed class RequiredRules
{
    private readonly RequestUniverse _universe;
    private readonly RuleBuilder _rules;

    private RequiredRules(RequestUniverse universe)
    {
        _universe = universe;
        _rules = new RuleBuilder(universe);
    }

    /// <summary>The rules for all detections on single events, in the order that they need.</summary>
    public static IReadOnlyList<GeneratedRule> For(DetectionSet detections, RequestUniverse universe) =>
        new RequiredRules(universe).Build([.. Requirements(detections, universe)]);

    // A detection may look into bodies that are credentials; it gets no more than Metadata of them.
    private static IEnumerable<Requirement> Requirements(DetectionSet detections, RequestUniverse universe)
    {
        var credentials = universe.WhereTarget(target => target.HoldsCredentials);
        return
            from rule in detections.Rules
            where rule is { Search: not null, IsAwaited: false }
            from selector in SelectorCompiler.Compile(rule, universe)
            from possible in universe.Possible.Where(selector.Shape.Overlaps)
            let shape = selector.Shape.Intersect(possible)
            from requirement in shape.Except(credentials).Select(rest => new Requirement(rule.Name, rest, selector.Level))
                .Append(new Requirement(rule.Name, shape.Intersect(credentials), AuditLevel.Metadata))
            where !requirement.Shape.IsEmpty
            select requirement;
    }

    private List<GeneratedRule> Build(List<Requirement> left)
    {
        var credentials = _universe.WhereTarget(target => target.HoldsCredentials);
        return
        [
            .. RulesFor(one => credentials.Contains(one.Shape), "Their bodies are credentials: never more than this."),
            .. RulesFor(one => one.Level == AuditLevel.RequestResponse, "What a patch makes of an object is in the answer alone."),
            .. RulesFor(one => one.Level == AuditLevel.Request, "What is asked for is in the body of the request."),
            .. RulesFor(IsOpen, "Everything else: requests of any kind, and the few facts about them that every level has."),
            .. RulesFor(_ => true, "Who asks for what."),
        ];

        // What a rule records, no later rule needs to.
        List<GeneratedRule> RulesFor(Func<Requirement, bool> isMeant, string reason)
        {
            var meant = left.Where(isMeant).ToList();
            var rules = Rules(meant, reason).ToList();
            left = rules.SelectMany(one => PolicyEvaluator.RequestsOf(one.Rule, _universe)).Aggregate(left.Except(meant).ToList(), Without);
            return rules;
        }
    }

    // Most requirements have nothing to do with a shape: they stay as they are.
    private static List<Requirement> Without(List<Requirement> requirements, RequestShape shape) => requirements.Exists(one => one.Shape.Overlaps(shape))
        ? [.. requirements.SelectMany(one => one.Shape.Overlaps(shape) ? one.Shape.Except(shape).Select(rest => one with { Shape = rest }) : [one])]
        : requirements;

    private IEnumerable<GeneratedRule> Rules(List<Requirement> requirements, string reason)
    {
        var open = requirements.Where(IsOpen).ToList();
        return Listed([.. requirements.Except(open)]).Append(open).Where(group => group.Count > 0).SelectMany(group =>
        {
            var detections = group.Select(one => one.Detection).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            return _rules.Build([.. group.Select(one => one.Shape)], group.Max(one => one.Level), null).Select(rule => new GeneratedRule(rule, reason, detections));
        });
    }

    // The targets that are required with the same verbs share a rule.
    private IEnumerable<List<Requirement>> Listed(List<Requirement> requirements) => requirements.Select(one => one.Shape[Dimension.Target]).Aggregate(BitSet.Of(_universe.Targets.Count), BitSet.Either).Members()
        .Select(target => Only(_universe.At(Dimension.Target, target), requirements.Where(one => one.Shape[Dimension.Target].Contains(target))))
        .GroupBy(ofTarget => string.Join(' ', _rules.Build([.. ofTarget.Select(one => one.Shape)], AuditLevel.Metadata, null)[0].Verbs), (_, targets) => targets.SelectMany(one => one).ToList());

    private static List<Requirement> Only(RequestShape target, IEnumerable<Requirement> requirements) =>
        [.. requirements.Select(requirement => requirement with { Shape = requirement.Shape.Intersect(target) })];

    // Whether it is for groups or paths that nobody mentions, and that a rule therefore cannot list.
    private bool IsOpen(Requirement requirement) => requirement.Shape[Dimension.Target].Members().Any(i =>
        Unmentioned.Is(_universe.Targets[i].Group) || _universe.Targets[i].Path == "/" + Unmentioned.Value);

    /// <param name="Detection">The name of the detection.</param>
    /// <param name="Shape">The requests that must be recorded.</param>
    /// <param name="Level">The lowest level that is enough.</param>
    private sealed record Requirement(string Detection, RequestShape Shape, AuditLevel Level);
}
