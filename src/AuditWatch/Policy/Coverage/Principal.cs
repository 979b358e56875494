namespace AuditWatch.Policy.Coverage;

/// <summary>Who makes a request: a name and groups. An empty name is nobody: the credentials were not valid.</summary>
internal sealed record Principal(string Name, IReadOnlyList<string> Groups)
{
    public bool IsAuthenticated => Name.Length > 0;

    /// <summary>The name for <see cref="PolicyRule.MatchesUser"/>.</summary>
    public string? User => IsAuthenticated ? Name : null;

    /// <summary>The derived field <c>actor.kind</c> of events that nobody is impersonated in.</summary>
    public string Kind => Name switch
    {
        "" => "unauthenticated",
        "system:anonymous" => "anonymous",
        "system:apiserver" or "system:kube-controller-manager" or "system:kube-scheduler" or "system:cloud-controller-manager"
            or "system:kube-proxy" or "system:aggregator" => "controlplane",
        _ when ImpliedGroups.NamespaceOf(Name) is not null => "serviceaccount",
        _ when Name.StartsWith(ImpliedGroups.NodeUser, StringComparison.Ordinal) => "node",
        _ => "human",
    };
}
