namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Targets: the resources of Kubernetes, those that are mentioned, and for every group whose resources are not all known, others. Each group has every
/// subresource that is mentioned, or where that would be too many, those that are mentioned along with the group.
/// </summary>
internal static class UniverseTargets
{
    // Custom resources have these two at most.
    private static readonly string[] Usual = ["", "status", "scale"];

    // More than a policy of any size that people can read comes to.
    private const int Most = 2_000;

    public static IEnumerable<Target> Of(MentionedValues mentioned)
    {
        List<string> groups = [.. mentioned.Groups.Where(one => !KnownApi.IsClosed(one)), Unmentioned.Value];
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
        return group => Usual.Union((long)groups * custom.Count <= Most ? custom : along[group]);
    }

    // Of a path with a wildcard, what the wildcard stands for may be nothing.
    private static Target[] AtPath(string path) =>
        path.EndsWith('*') ? [Target.AtPath(path.TrimEnd('*')), Target.AtPath(path.TrimEnd('*') + Unmentioned.Value)] : [Target.AtPath(path)];
}
