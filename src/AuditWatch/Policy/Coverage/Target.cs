namespace AuditWatch.Policy.Coverage;

/// <summary>What a request is for: a resource or subresource, or a path that is no resource. Immutable.</summary>
/// <param name="Group">The API group, without a version; empty for the core group.</param>
/// <param name="Resource">The resource; empty for a path.</param>
/// <param name="Subresource">The subresource; empty for none.</param>
/// <param name="Path">The path; empty for a resource.</param>
internal sealed record Target(string Group, string Resource, string Subresource, string Path)
{
    // k8s.io/apiserver, pkg/endpoints/request/requestinfo.go: of a path the verb is the HTTP method in lower case.
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options"];
    private static readonly string[] Sensitive = ["secrets", "serviceaccounts/token", "tokenreviews.authentication.k8s.io"];

    public bool IsResource => Resource.Length > 0;

    /// <summary>Whether its bodies are credentials as such: no audit log should have them.</summary>
    public bool HoldsCredentials => Sensitive.Contains(ToString());

    /// <summary>The verbs that requests for it can have.</summary>
    public IReadOnlyList<string> Verbs => IsResource ? KnownApi.Verbs(Resource, Subresource) : Methods;

    public static Target Of(string group, string resource, string subresource = "") => new(group, resource, subresource, "");

    public static Target AtPath(string path) => new("", "", "", path);

    /// <summary><c>deployments.apps/scale</c>, as kubectl has it, or the path.</summary>
    public override string ToString() => IsResource
        ? Resource + (Group.Length > 0 ? "." + Group : "") + (Subresource.Length > 0 ? "/" + Subresource : "")
        : Path;
}

/// <summary>
/// Enumerates the targets of a universe: the resources of Kubernetes, those that are mentioned, and for every group whose resources are not all known, one
/// for all others. Each group has every subresource that is mentioned; if that came to too many, those that are mentioned together with the group.
/// </summary>
internal static class TargetValues
{
    // A custom resource has itself, and these two at most.
    private static readonly string[] OfCustomResources = ["", "status", "scale"];

    // No policy that a person can read comes to so many.
    private const int MaxCount = 2_000;

    public static IEnumerable<Target> Of(MentionedValues mentioned)
    {
        List<string> groups = [.. mentioned.ApiGroups.Where(one => !KnownApi.IsClosed(one)), Unmentioned.Value];
        var below = Below(mentioned, groups.Count);
        return Known()
            .Concat(mentioned.Targets)
            .Concat(Custom(mentioned, groups, below))
            .Concat(Others(groups, below))
            .Concat(mentioned.Paths.SelectMany(AtPath))
            .Append(Target.AtPath("/" + Unmentioned.Value))
            .Distinct();
    }

    private static IEnumerable<Target> Known() =>
        KnownApi.Resources.SelectMany(known => known.Subresources.Prepend("").Select(below => Target.Of(known.Group, known.Name, below)));

    // A detection that names groups and resources apart from each other may mean any of their combinations. A resource of Kubernetes is in the
    // groups of Kubernetes, unless a policy says otherwise.
    private static IEnumerable<Target> Custom(MentionedValues mentioned, List<string> groups, Func<string, IEnumerable<string>> below) =>
        from resource in mentioned.Resources
        where !KnownApi.Named(resource).Any()
        from @group in groups
        from subresource in below(@group)
        select Target.Of(@group, resource, subresource);

    private static IEnumerable<Target> Others(List<string> groups, Func<string, IEnumerable<string>> below) =>
        from @group in groups
        from subresource in below(@group).Append(Unmentioned.Value)
        select Target.Of(@group, Unmentioned.Value, subresource);

    private static Func<string, IEnumerable<string>> Below(MentionedValues mentioned, int groups)
    {
        var known = KnownApi.Resources.SelectMany(one => one.Subresources).ToHashSet(StringComparer.Ordinal);
        var custom = mentioned.Subresources.Where(one => !known.Contains(one)).ToList();
        var along = mentioned.OfAnyResource.Where(pair => !known.Contains(pair.Subresource)).ToLookup(pair => pair.Group, pair => pair.Subresource);
        return group => OfCustomResources.Union((long)groups * custom.Count <= MaxCount ? custom : along[group]);
    }

    // Of a path with a wildcard, what the wildcard stands for may be nothing.
    private static Target[] AtPath(string path) =>
        path.EndsWith('*') ? [Target.AtPath(path.TrimEnd('*')), Target.AtPath(path.TrimEnd('*') + Unmentioned.Value)] : [Target.AtPath(path)];
}
