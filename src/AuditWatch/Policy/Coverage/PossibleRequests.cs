namespace AuditWatch.Policy.Coverage;

/// <summary>
/// The combinations of verb, target, namespace, name and user that requests can have. Source: k8s.io/apiserver, pkg/endpoints/request/requestinfo.go:
/// a create has no name, because the object's is in the body; a list has one only if it selects by name; the namespace of a namespace is itself.
/// </summary>
internal static class PossibleRequests
{
    private static readonly string[] OfMany = ["list", "watch", "deletecollection"];

    /// <summary>All requests of the universe that the API server can get, as a union of shapes that do not overlap.</summary>
    public static IEnumerable<RequestShape> In(RequestUniverse universe)
    {
        // Impersonation needs an authenticated user who is somebody.
        var identified = universe.WherePrincipal(one => one.Kind is not ("unauthenticated" or "anonymous"));
        return ByTarget(universe).SelectMany(shape => shape.Except(identified)
            .Select(unidentified => unidentified.Intersect(universe.WhereImpersonated(false)))
            .Append(shape.Intersect(identified)));
    }

    /// <summary>All requests of the universe, in shapes whose requests all have the same stages at which events can be written.</summary>
    public static IReadOnlyList<(RequestShape Shape, AuditStages Stages)> ByStages(RequestUniverse universe)
    {
        var known = universe.WherePrincipal(one => one.IsAuthenticated);
        var nobody = universe.WherePrincipal(one => !one.IsAuthenticated);
        var watches = known.Intersect(universe.WhereVerb(verb => verb == "watch"));
        var others = known.Intersect(universe.WhereVerb(verb => verb != "watch"));
        var streams = universe.WhereTarget(target => Example(target).IsLongRunning);
        RequestShape[] kinds = [nobody, watches, others.Intersect(streams), .. others.Except(streams)];
        return [.. kinds.Where(shape => !shape.IsEmpty).Select(shape => (shape, StagesOf(shape, universe)))];
    }

    private static IEnumerable<RequestShape> ByTarget(RequestUniverse universe)
    {
        var alike = Enumerable.Range(0, universe.Targets.Count).ToLookup(i => KindOf(universe.Targets[i]));
        foreach (var group in alike)
        {
            var targets = universe.Everything.With(Dimension.Target, BitSet.Of(universe.Targets.Count, [.. group])).Intersect(universe.WhereVerb(group.Key.Verbs.Contains));
            if (!group.Key.IsResource)
            {
                yield return targets.Intersect(universe.WhereNamespace(Empty)).Intersect(universe.WhereName(Empty));
                continue;
            }

            var inScope = group.Key.Scope is false ? targets.Intersect(universe.WhereNamespace(Empty)) : targets;
            yield return inScope.Intersect(universe.WhereVerb(OfMany.Contains));
            var single = group.Key.Scope is true ? inScope.Intersect(universe.WhereNamespace(NotEmpty)) : inScope;
            var creates = universe.WhereVerb(verb => verb == "create" && !group.Key.IsBelow);
            yield return single.Intersect(creates).Intersect(universe.WhereName(Empty));
            yield return single.Intersect(universe.WhereVerb(verb => !OfMany.Contains(verb) && (verb != "create" || group.Key.IsBelow))).Intersect(universe.WhereName(NotEmpty));
        }
    }

    private static (IReadOnlyList<string> Verbs, bool? Scope, bool IsBelow, bool IsResource) KindOf(Target target) => (target.Verbs, Scope(target), target.Subresource.Length > 0, target.IsResource);

    // Whether the objects are in namespaces; null if that is not known, or the objects are namespaces.
    private static bool? Scope(Target target) => target.Resource == "namespaces" ? null : KnownApi.Find(target.Group, target.Resource)?.IsNamespaced;

    private static bool Empty(string value) => value.Length == 0;

    private static bool NotEmpty(string value) => value.Length > 0;

    // The stages of any one request are those of all.
    private static AuditStages StagesOf(RequestShape shape, RequestUniverse universe) => (Example(universe.Targets[First(shape, Dimension.Target)]) with
    {
        Verb = universe.Verbs[First(shape, Dimension.Verb)],
        User = universe.Principals[First(shape, Dimension.Principal)].User,
    }).Stages;

    private static int First(RequestShape shape, Dimension dimension) => shape[dimension].Members().First();

    private static PolicyRequest Example(Target target) =>
        new() { Verb = "get", User = "somebody", ApiGroup = target.Group, Resource = target.Resource, Subresource = target.Subresource, Path = target.Path };
}
