namespace AuditWatch.Policy;

/// <summary>
/// One rule of an audit policy. A request matches if it matches every field; it matches a field if it matches one of the field's values, or if there are none.
/// Source: k8s.io/apiserver, pkg/audit/policy/checker.go, ruleMatches. Immutable.
/// </summary>
internal sealed record PolicyRule
{
    /// <summary>How much is recorded of a request that matches.</summary>
    public required AuditLevel Level { get; init; }

    /// <summary>Authenticated user names. A request with invalid credentials matches no rule that names users or groups.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Groups; the user must be in one of them.</summary>
    public IReadOnlyList<string> UserGroups { get; init; } = [];

    /// <summary>Verbs, compared with their case. There is no wildcard.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Resources by API group. A rule that has any matches only requests for resources.</summary>
    public IReadOnlyList<GroupResources> Resources { get; init; } = [];

    /// <summary>Namespaces; the empty one stands for cluster-wide resources and for lists across all. A rule that has any matches only requests for resources.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Paths that are no resource; <c>*</c> at the end stands for any rest.</summary>
    public IReadOnlyList<string> NonResourceUrls { get; init; } = [];

    /// <summary>Stages at which no event is written, besides those of the policy.</summary>
    public AuditStages OmitStages { get; init; }

    /// <summary>Whether managed fields are left out of bodies; null if the policy's own setting holds.</summary>
    public bool? OmitManagedFields { get; init; }

    /// <summary>Where the rule begins.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Whether the rule matches only requests for resources.</summary>
    public bool IsForResources => Resources.Count > 0 || Namespaces.Count > 0;

    /// <summary>Whether the request matches. The rule decides about it if no rule before it matches.</summary>
    public bool Matches(PolicyRequest request) =>
        MatchesUser(request.User, request.Groups)
        && MatchesVerb(request.Verb)
        && (IsForResources ? MatchesResource(request) : NonResourceUrls.Count == 0 || (!request.IsForResource && MatchesPath(request.Path)));

    internal bool MatchesUser(string? user, IReadOnlyList<string> groups) =>
        (Users.Count == 0 || (user is not null && Users.Contains(user)))
        && (UserGroups.Count == 0 || (user is not null && groups.Any(UserGroups.Contains)));

    internal bool MatchesVerb(string verb) => Verbs.Count == 0 || Verbs.Contains(verb);

    internal bool MatchesNamespace(string name) => Namespaces.Count == 0 || Namespaces.Contains(name);

    // checker.go, pathMatches.
    internal bool MatchesPath(string path) => NonResourceUrls.Any(url =>
        url == "*" || url == path || (url.EndsWith('*') && path.AsSpan().StartsWith(url.AsSpan().TrimEnd('*'))));

    private bool MatchesResource(PolicyRequest request) =>
        request.IsForResource
        && MatchesNamespace(request.Namespace)
        && (Resources.Count == 0 || Resources.Any(one => one.Matches(request.ApiGroup, request.Resource, request.Subresource) && one.MatchesName(request.Name)));
}

/// <summary>
/// Resources of one API group in a rule (audit.k8s.io/v1 GroupResources). Source: k8s.io/apiserver, pkg/audit/policy/checker.go, ruleMatchesResource. Immutable.
/// </summary>
/// <param name="Group">The group, without a version; empty for the core group. There is no wildcard.</param>
/// <param name="Resources">
/// Patterns: <c>pods</c> without its subresources, <c>pods/log</c>, <c>pods/*</c> for pods and all its subresources, <c>*/scale</c> for that of any resource,
/// <c>*</c> for everything. None: everything in the group.
/// </param>
/// <param name="Names">Names of objects; none: all objects. A create has no name.</param>
/// <param name="Location">Where the entry begins.</param>
internal sealed record GroupResources(string Group, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, SourceLocation Location)
{
    /// <summary>Whether the entry covers the resource. Names of objects are not looked at.</summary>
    public bool Matches(string group, string resource, string subresource) =>
        group == Group && (Resources.Count == 0 || Covers(Resources, resource, subresource));

    /// <summary>Whether a pattern such as <c>pods/*</c> covers the resource.</summary>
    public static bool Covers(string pattern, string resource, string subresource) =>
        pattern == "*"
        || (subresource.Length == 0 ? pattern == resource : Is(pattern, resource, subresource) || Is(pattern, "*", subresource))
        || Is(pattern, resource, "*");

    private static bool Is(ReadOnlySpan<char> pattern, string resource, string subresource) =>
        pattern.Length == resource.Length + 1 + subresource.Length && pattern.StartsWith(resource) && pattern[resource.Length] == '/' && pattern.EndsWith(subresource);

    private static bool Covers(IReadOnlyList<string> patterns, string resource, string subresource) => patterns.Any(pattern => Covers(pattern, resource, subresource));

    // Without resources the names do not count; the API server refuses a policy that has names alone.
    internal bool MatchesName(string name) => Resources.Count == 0 || Names.Count == 0 || Names.Contains(name);
}
