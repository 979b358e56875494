namespace AuditWatch.Policy.Coverage;

/// <summary>Works out what a policy lets be seen of requests.</summary>
internal sealed class Observer(AuditPolicy policy, RequestUniverse universe)
{
    private readonly PolicyWalk _walk = new(policy, universe);
    private readonly IReadOnlyList<(RequestShape Shape, AuditStages Stages)> _kinds = StageKinds.In(universe);

    /// <summary>The requests, taken apart by what is seen of them and by the rule that makes it so.</summary>
    public IEnumerable<Observation> Observe(IEnumerable<SoughtRequests> sought) =>
        from part in sought
        from possible in universe.Possible.Where(part.Shape.Overlaps)
        from decided in _walk.Decide(part.Shape.Intersect(possible))
        from kind in _kinds.Where(kind => kind.Shape.Overlaps(decided.Shape))
        select See(part, decided.Shape.Intersect(kind.Shape), decided.Rule, kind.Stages);

    private Observation See(SoughtRequests sought, RequestShape shape, PolicyRule? rule, AuditStages stages)
    {
        var useful = stages & sought.Stages;
        var written = useful & ~(policy.OmitStages | (rule?.OmitStages ?? AuditStages.None));
        var (sight, missing) = (rule?.Level ?? AuditLevel.None) switch
        {
            AuditLevel.None => (Sight.Hidden, AuditStages.None),
            _ when written == AuditStages.None => (Sight.Hidden, useful),
            var level when level < sought.Level => (Sight.Bodyless, AuditStages.None),
            _ when (useful & ~written).HasFlag(AuditStages.ResponseStarted) => (Sight.Late, AuditStages.ResponseStarted),
            _ => (Sight.Seen, AuditStages.None),
        };
        return new Observation(sought, shape, rule, sight, missing);
    }
}
