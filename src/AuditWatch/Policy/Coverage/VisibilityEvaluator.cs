namespace AuditWatch.Policy.Coverage;

/// <summary>Works out what a policy records of the requests that selectors select. Immutable.</summary>
internal sealed class VisibilityEvaluator(AuditPolicy policy, RequestUniverse universe)
{
    private readonly PolicyEvaluator _rules = new(policy, universe);
    private readonly IReadOnlyList<(RequestShape Shape, AuditStages Stages)> _kinds = PossibleRequests.ByStages(universe);

    /// <summary>Splits the selected requests by the rule that decides about them and by what is recorded of them.</summary>
    public IEnumerable<SelectorVisibility> Evaluate(IEnumerable<RequestSelector> selectors) =>
        from selector in selectors
        from possible in universe.Possible.Where(selector.Shape.Overlaps)
        from decided in _rules.Decide(selector.Shape.Intersect(possible))
        from kind in _kinds.Where(kind => kind.Shape.Overlaps(decided.Shape))
        select Evaluate(selector, decided.Shape.Intersect(kind.Shape), decided.Rule, kind.Stages);

    private SelectorVisibility Evaluate(RequestSelector selector, RequestShape shape, PolicyRule? rule, AuditStages stages)
    {
        var useful = stages & selector.Stages;
        var written = useful & ~(policy.OmitStages | (rule?.OmitStages ?? AuditStages.None));
        var (visibility, missing) = (rule?.Level ?? AuditLevel.None) switch
        {
            AuditLevel.None => (Visibility.Hidden, AuditStages.None),
            _ when written == AuditStages.None => (Visibility.Hidden, useful),
            var level when level < selector.Level => (Visibility.WithoutBody, AuditStages.None),
            _ when (useful & ~written).HasFlag(AuditStages.ResponseStarted) => (Visibility.Late, AuditStages.ResponseStarted),
            _ => (Visibility.Full, AuditStages.None),
        };
        return new SelectorVisibility(selector, shape, rule, visibility, missing);
    }
}

/// <summary>What one rule of a policy records of some of the requests that a selector selects. Immutable.</summary>
/// <param name="Selector">The selector.</param>
/// <param name="Shape">The requests: those that the selector selects and the rule decides about.</param>
/// <param name="Rule">The rule that decides about them; null if none matches.</param>
/// <param name="Visibility">What is recorded of them.</param>
/// <param name="Missing">The omitted stages, if they are the reason; otherwise none.</param>
internal sealed record SelectorVisibility(RequestSelector Selector, RequestShape Shape, PolicyRule? Rule, Visibility Visibility, AuditStages Missing);

/// <summary>How much of a request is recorded, measured by what a selector needs, from best to worst.</summary>
internal enum Visibility
{
    /// <summary>All that is needed.</summary>
    Full,

    /// <summary>All that is needed, but only at the end of a long-running request: its beginning is not written.</summary>
    Late,

    /// <summary>That it was made, without the body that is needed.</summary>
    WithoutBody,

    /// <summary>Nothing.</summary>
    Hidden,
}
