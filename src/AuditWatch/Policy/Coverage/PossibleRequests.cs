namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Which sides go together. See k8s.io/apiserver, pkg/endpoints/request/requestinfo.go: a create has no name, because the object's is in the body; a list
/// has one only if it selects by name; the namespace of a namespace is itself.
/// </summary>
internal static class PossibleRequests
{
    private static readonly string[] OfMany = ["list", "watch", "deletecollection"];

    public static IEnumerable<RequestShape> In(RequestUniverse universe)
    {
        // Nobody in particular acts as nobody else.
        var identified = universe.WherePrincipal(one => one.Kind is not ("unauthenticated" or "anonymous"));
        return ByTarget(universe).SelectMany(shape => shape.Except(identified)
            .Select(unidentified => unidentified.Intersect(universe.WhereImpersonated(false)))
            .Append(shape.Intersect(identified)));
    }

    private static IEnumerable<RequestShape> ByTarget(RequestUniverse universe)
    {
        var alike = universe.Targets.GroupBy(target => (Verbs: UniverseVerbs.Of(target), Scope: Scope(target), IsBelow: target.Subresource.Length > 0, target.IsResource));
        foreach (var group in alike)
        {
            var targets = universe.WhereTarget(group.ToHashSet().Contains).Intersect(universe.WhereVerb(group.Key.Verbs.Contains));
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

    // Whether objects are in namespaces; null if that is not known or not that simple.
    private static bool? Scope(Target target) => target.Resource == "namespaces" ? null : KnownApi.Find(target.Group, target.Resource)?.IsNamespaced;

    private static bool Empty(string value) => value.Length == 0;

    private static bool NotEmpty(string value) => value.Length > 0;
}
