namespace AuditWatch.Policy;

/// <summary>
/// A rule of a policy. What is listed within a field are alternatives, an empty list excludes nothing, and all fields must hold.
/// See k8s.io/apiserver, pkg/audit/policy/checker.go: ruleMatches. Immutable.
/// </summary>
public sealed record PolicyRule
{
    /// <summary>How much is recorded of what matches.</summary>
    public required AuditLevel Level { get; init; }

    /// <summary>Users, by authenticated name. A request that nobody is authenticated for matches no rule that names users or groups.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Groups, of which the user must be in one.</summary>
    public IReadOnlyList<string> UserGroups { get; init; } = [];

    /// <summary>Verbs, in this letter case. There is no wildcard.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Resources by group. With these the rule matches no request for anything that is no resource.</summary>
    public IReadOnlyList<GroupResources> Resources { get; init; } = [];

    /// <summary>Namespaces; the empty one is that of resources without a namespace and of lists across all. Matches resources only, too.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Paths of what is no resource; a <c>*</c> at the end stands for any rest.</summary>
    public IReadOnlyList<string> NonResourceUrls { get; init; } = [];

    /// <summary>Stages that are not written, besides those of the policy.</summary>
    public AuditStages OmitStages { get; init; }

    /// <summary>Whether managed fields are left out of bodies; null if the policy decides.</summary>
    public bool? OmitManagedFields { get; init; }

    /// <summary>Where the rule begins.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Whether the rule is for resources only.</summary>
    public bool IsForResources => Resources.Count > 0 || Namespaces.Count > 0;

    /// <summary>Whether the request is this rule's to decide, if no rule before it matches.</summary>
    public bool Matches(PolicyRequest request) =>
        MatchesUser(request.User, request.Groups)
        && MatchesVerb(request.Verb)
        && (IsForResources ? MatchesResource(request) : NonResourceUrls.Count == 0 || (!request.IsForResource && MatchesPath(request.Path)));

    internal bool MatchesUser(string? user, IReadOnlyList<string> groups) =>
        (Users.Count == 0 || (user is not null && Users.Contains(user)))
        && (UserGroups.Count == 0 || (user is not null && groups.Any(UserGroups.Contains)));

    internal bool MatchesVerb(string verb) => Verbs.Count == 0 || Verbs.Contains(verb);

    internal bool MatchesNamespace(string name) => Namespaces.Count == 0 || Namespaces.Contains(name);

    // pathMatches in the same file.
    internal bool MatchesPath(string path) => NonResourceUrls.Any(url =>
        url == "*" || url == path || (url.EndsWith('*') && path.AsSpan().StartsWith(url.AsSpan().TrimEnd('*'))));

    private bool MatchesResource(PolicyRequest request) =>
        request.IsForResource
        && MatchesNamespace(request.Namespace)
        && (Resources.Count == 0 || Resources.Any(one => one.Matches(request.ApiGroup, request.Resource, request.Subresource) && one.MatchesName(request.Name)));
}
