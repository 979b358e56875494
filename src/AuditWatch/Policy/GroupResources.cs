namespace AuditWatch.Policy;

/// <summary>Resources of one API group. See k8s.io/apiserver, pkg/audit/policy/checker.go: ruleMatchesResource. Immutable.</summary>
/// <param name="Group">The group, without a version; empty for the core group. There is no wildcard.</param>
/// <param name="Resources">
/// <c>pods</c> without its subresources, <c>pods/log</c>, <c>pods/*</c> with pods themselves, <c>*/scale</c>, <c>*</c> with all subresources; none: all of the group.
/// </param>
/// <param name="Names">Names of objects; none: all. A create has no name yet.</param>
/// <param name="Location">Where it begins.</param>
public sealed record GroupResources(string Group, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, SourceLocation Location)
{
    /// <summary>Whether the resource is one of these, names aside.</summary>
    public bool Matches(string group, string resource, string subresource) =>
        group == Group && (Resources.Count == 0 || Covers(Resources, resource, subresource));

    /// <summary>Whether an entry such as <c>pods/*</c> stands for the resource.</summary>
    public static bool Covers(string pattern, string resource, string subresource) =>
        pattern == "*"
        || (subresource.Length == 0 ? pattern == resource : Is(pattern, resource, subresource) || Is(pattern, "*", subresource))
        || Is(pattern, resource, "*");

    private static bool Is(ReadOnlySpan<char> pattern, string resource, string subresource) =>
        pattern.Length == resource.Length + 1 + subresource.Length && pattern.StartsWith(resource) && pattern[resource.Length] == '/' && pattern.EndsWith(subresource);

    private static bool Covers(IReadOnlyList<string> patterns, string resource, string subresource) => patterns.Any(pattern => Covers(pattern, resource, subresource));

    // With no resources, names are not looked at; the API server refuses a policy that lists names alone.
    internal bool MatchesName(string name) => Resources.Count == 0 || Names.Count == 0 || Names.Contains(name);
}
