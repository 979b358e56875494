namespace AuditWatch.Policy.Coverage;

/// <summary>The requests by the stages there are to write of them.</summary>
internal static class StageKinds
{
    /// <summary>All requests, in shapes whose requests all have the same stages.</summary>
    public static IReadOnlyList<(RequestShape Shape, AuditStages Stages)> In(RequestUniverse universe)
    {
        var known = universe.WherePrincipal(one => one.IsAuthenticated);
        var nobody = universe.WherePrincipal(one => !one.IsAuthenticated);
        var watches = known.Intersect(universe.WhereVerb(verb => verb == "watch"));
        var others = known.Intersect(universe.WhereVerb(verb => verb != "watch"));
        var streams = universe.WhereTarget(target => Example(target).IsLongRunning);
        RequestShape[] kinds = [nobody, watches, others.Intersect(streams), .. others.Except(streams)];
        return [.. kinds.Where(shape => !shape.IsEmpty).Select(shape => (shape, StagesOf(shape, universe)))];
    }

    // Any one of them says it for all.
    private static AuditStages StagesOf(RequestShape shape, RequestUniverse universe) => (Example(universe.Targets[First(shape, Dimension.Target)]) with
    {
        Verb = universe.Verbs[First(shape, Dimension.Verb)],
        User = universe.Principals[First(shape, Dimension.Principal)].User,
    }).Stages;

    private static int First(RequestShape shape, Dimension dimension) => shape[dimension].Members().First();

    private static PolicyRequest Example(Target target) =>
        new() { Verb = "get", User = "somebody", ApiGroup = target.Group, Resource = target.Resource, Subresource = target.Subresource, Path = target.Path };
}
