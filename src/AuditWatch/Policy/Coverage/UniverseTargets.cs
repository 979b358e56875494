namespace AuditWatch.Policy.Coverage;

/// <summary>Targets: the resources of Kubernetes, those that are mentioned, and for every group whose resources are not all known, others.</summary>
internal static class UniverseTargets
{
    // Custom resources have these two at most.
    private static readonly string[] Below = ["", "status", "scale"];

    public static IEnumerable<Target> Of(MentionedValues mentioned) => Known()
        .Concat(mentioned.Targets)
        .Concat(Custom(mentioned))
        .Concat(Others(mentioned))
        .Concat(mentioned.Paths.SelectMany(AtPath))
        .Append(Target.AtPath("/" + Unmentioned.Value))
        .Distinct();

    private static IEnumerable<Target> Known() =>
        KnownApi.Resources.SelectMany(known => known.Subresources.Prepend("").Select(below => Target.Of(known.Group, known.Name, below)));

    // A detection that names groups and resources apart from each other may mean any of their combinations. A resource of Kubernetes is in the
    // groups of Kubernetes, unless a policy says otherwise.
    private static IEnumerable<Target> Custom(MentionedValues mentioned) =>
        from resource in mentioned.Resources
        where !KnownApi.Named(resource).Any()
        from @group in mentioned.Groups.Where(one => !KnownApi.IsClosed(one)).Append(Unmentioned.Value)
        from below in Below.Union(CustomSubresources(mentioned))
        select Target.Of(@group, resource, below);

    private static IEnumerable<Target> Others(MentionedValues mentioned) =>
        from @group in mentioned.Groups.Where(one => !KnownApi.IsClosed(one)).Append(Unmentioned.Value)
        from below in Below.Union(CustomSubresources(mentioned)).Append(Unmentioned.Value)
        select Target.Of(@group, Unmentioned.Value, below);

    private static IEnumerable<string> CustomSubresources(MentionedValues mentioned) =>
        mentioned.Subresources.Where(one => !KnownApi.Resources.Any(known => known.Subresources.Contains(one)));

    // Of a path with a wildcard, what the wildcard stands for may be nothing.
    private static Target[] AtPath(string path) =>
        path.EndsWith('*') ? [Target.AtPath(path.TrimEnd('*')), Target.AtPath(path.TrimEnd('*') + Unmentioned.Value)] : [Target.AtPath(path)];
}
