using AuditWatch.Policy;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Tests.Policy.Coverage;

/// <summary>Where a single request is among the shapes.</summary>
internal static class Points
{
    /// <summary>The request as a shape of one; null if the universe has no place for it.</summary>
    public static RequestShape? Of(PolicyRequest request, bool impersonated, RequestUniverse universe)
    {
        var target = request.IsForResource ? Resource(request, universe) : Path(request.Path, universe);
        if (target is null || !universe.Verbs.Contains(request.Verb) || Principal(request, universe) is not { } principal)
        {
            return null;
        }

        var point = universe.WhereVerb(verb => verb == request.Verb)
            .Intersect(universe.WhereTarget(target.Equals))
            .Intersect(universe.WherePrincipal(one => ReferenceEquals(one, principal)))
            .Intersect(universe.WhereNamespace(Is(request.Namespace, universe.Namespaces)))
            .Intersect(universe.WhereName(Is(request.Name, universe.Names)))
            .Intersect(universe.WhereImpersonated(impersonated));
        return universe.Possible.Any(shape => shape.Contains(point)) ? point : null;
    }

    private static Func<string, bool> Is(string value, IReadOnlyList<string> known) => one => one == (known.Contains(value) ? value : Unmentioned.Value);

    private static Target? Resource(PolicyRequest request, RequestUniverse universe)
    {
        var exact = Target.Of(request.ApiGroup, request.Resource, request.Subresource);
        Target[] others =
        [
            Target.Of(request.ApiGroup, Unmentioned.Value, request.Subresource), Target.Of(request.ApiGroup, Unmentioned.Value, Unmentioned.Value),
            Target.Of(Unmentioned.Value, Unmentioned.Value, request.Subresource), Target.Of(Unmentioned.Value, Unmentioned.Value, Unmentioned.Value),
        ];
        return universe.Targets.Contains(exact) ? exact
            : KnownApi.IsClosed(request.ApiGroup) || universe.Targets.Any(target => target.Group == request.ApiGroup && target.Resource == request.Resource) ? null
            : others.FirstOrDefault(universe.Targets.Contains);
    }

    // A path that is not mentioned is one of those with the longest beginning that is.
    private static Target? Path(string path, RequestUniverse universe) =>
        universe.Targets.FirstOrDefault(target => !target.IsResource && target.Path == path)
        ?? universe.Targets.Where(target => !target.IsResource && Unmentioned.Is(target.Path) && path.StartsWith(Unmentioned.Known(target.Path), StringComparison.Ordinal))
            .MaxBy(target => target.Path.Length);

    private static Principal? Principal(PolicyRequest request, RequestUniverse universe)
    {
        // A test may put users into groups that the API server would not see them in.
        if (!request.Groups.Where(UserGroups.Has).ToHashSet().SetEquals(UserGroups.Of(request.User).Where(UserGroups.Has)))
        {
            return null;
        }

        var name = request.User ?? "";
        var space = UserGroups.NamespaceOf(name);
        string[] stand =
        [
            name,
            .. space is null ? [] : new[] { $"{UserGroups.ServiceAccountUser}{space}:{Unmentioned.Value}", $"{UserGroups.ServiceAccountUser}{Unmentioned.Value}:{Unmentioned.Value}" },
            .. name.StartsWith(UserGroups.NodeUser, StringComparison.Ordinal) ? new[] { UserGroups.NodeUser + Unmentioned.Value } : [],
            Unmentioned.Value,
        ];
        var known = universe.Principals.Select(one => one.Name).ToHashSet();
        var alias = stand.First(known.Contains);
        var mentioned = universe.Principals.SelectMany(one => one.Groups).ToHashSet();
        var groups = request.Groups.Where(mentioned.Contains).Where(group => !UserGroups.Has(group)).ToHashSet();
        return universe.Principals.FirstOrDefault(one => one.Name == alias && groups.SetEquals(one.Groups.Where(group => !UserGroups.Has(group))));
    }
}
