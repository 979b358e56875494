namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Builds policy rules that match given requests, the inverse of <see cref="PolicyEvaluator.RequestsOf"/>. The language of policies has no "everybody but":
/// where it would be needed, the rules take that limit from the rule that decides about the requests now, or leave it out. They match all of the
/// requests, and no others but such as that rule matches.
/// </summary>
internal sealed class RuleBuilder(RequestUniverse universe)
{
    /// <summary>Builds the rules: one for resources, one for paths, or one for both if neither is limited.</summary>
    /// <param name="requests">The requests to match.</param>
    /// <param name="level">The level of the rules.</param>
    /// <param name="within">The rule that decides about the requests now; null for no limits.</param>
    public IReadOnlyList<PolicyRule> Build(IReadOnlyList<RequestShape> requests, AuditLevel level, PolicyRule? within)
    {
        var targets = Targets(requests);
        var resources = targets.Where(target => target.IsResource).ToList();
        var paths = targets.Where(target => !target.IsResource).ToList();
        var common = new PolicyRule
        {
            Level = level,
            Users = within?.Users ?? Users(requests),
            UserGroups = within?.UserGroups ?? [],
            Verbs = Verbs(requests, targets),
        };
        var entries = Entries(resources, requests, within);
        if (entries is null && paths.Exists(path => path.Path == "/" + Unmentioned.Value))
        {
            return [common];
        }

        var rules = new List<PolicyRule>();
        if (entries is null || entries.Count > 0)
        {
            rules.Add(common with { Resources = entries ?? [], Namespaces = Namespaces(requests, within) });
        }

        if (paths.Count > 0)
        {
            rules.Add(common with { NonResourceUrls = Paths(paths) });
        }

        return rules;
    }

    private List<Target> Targets(IReadOnlyList<RequestShape> requests) =>
        [.. Members(requests, Dimension.Target).Select(i => universe.Targets[i])];

    // No verbs, which means all, if these are all that the targets have.
    private List<string> Verbs(IReadOnlyList<RequestShape> requests, List<Target> targets)
    {
        var verbs = Members(requests, Dimension.Verb).Select(i => universe.Verbs[i]).ToList();
        return targets.SelectMany(target => target.Verbs).All(verbs.Contains) ? [] : verbs;
    }

    // No users, which means anybody, unless all of them are known by name.
    private List<string> Users(IReadOnlyList<RequestShape> requests)
    {
        var principals = Members(requests, Dimension.Principal).Select(i => universe.Principals[i]).ToList();
        return principals.TrueForAll(one => one.IsAuthenticated && !Unmentioned.Is(one.Name)) ? [.. principals.Select(one => one.Name).Distinct()] : [];
    }

    private IReadOnlyList<string> Namespaces(IReadOnlyList<RequestShape> requests, PolicyRule? within)
    {
        var namespaces = Members(requests, Dimension.Namespace).Select(i => universe.Namespaces[i]).ToList();
        return namespaces.Exists(Unmentioned.Is) || namespaces is [""] ? within?.Namespaces ?? [] : namespaces;
    }

    // Null for no limit: the requests are also for groups that nobody mentions, and those cannot be listed.
    private List<GroupResources>? Entries(List<Target> resources, IReadOnlyList<RequestShape> requests, PolicyRule? within)
    {
        if (resources.Exists(target => Unmentioned.Is(target.Group)))
        {
            return within is { Resources.Count: > 0 } ? [.. within.Resources] : null;
        }

        var names = Members(requests, Dimension.Name).Select(i => universe.Names[i]).ToList();
        List<string> finite = names.Exists(name => name.Length == 0 || Unmentioned.Is(name)) ? [] : names;
        return
        [
            .. resources.GroupBy(target => target.Group).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new GroupResources(
                group.Key, [.. group.Select(Pattern).Distinct().Order(StringComparer.Ordinal)], finite, default)),
        ];
    }

    private static string Pattern(Target target) => (Unmentioned.Is(target.Resource), Unmentioned.Is(target.Subresource)) switch
    {
        (true, false) when target.Subresource.Length > 0 => "*/" + target.Subresource,
        (true, _) => "*",
        (_, true) => target.Resource + "/*",
        _ => target.Resource + (target.Subresource.Length > 0 ? "/" + target.Subresource : ""),
    };

    private static List<string> Paths(List<Target> paths)
    {
        var patterns = paths.Where(path => Unmentioned.Is(path.Path)).Select(path => Unmentioned.Known(path.Path)).ToList();
        return
        [
            .. patterns.Select(start => start == "/" ? "*" : start + "*")
                .Concat(paths.Where(path => !Unmentioned.Is(path.Path) && !patterns.Contains(path.Path)).Select(path => path.Path)),
        ];
    }

    private static IEnumerable<int> Members(IReadOnlyList<RequestShape> requests, Dimension dimension) =>
        requests.Select(one => one[dimension]).Aggregate(BitSet.Either).Members();
}
