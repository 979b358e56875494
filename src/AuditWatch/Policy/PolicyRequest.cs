namespace AuditWatch.Policy;

/// <summary>The attributes of a request that an audit policy can look at: what the API server knows before it handles the request. Immutable.</summary>
internal sealed record PolicyRequest
{
    // k8s.io/apiserver, pkg/server/config.go: BasicLongRunningRequestCheck with the verbs and subresources kube-apiserver gives it.
    private static readonly string[] LongRunningVerbs = ["watch", "proxy"];
    private static readonly string[] LongRunningSubresources = ["attach", "exec", "proxy", "log", "portforward"];

    /// <summary>The verb of the Kubernetes API; for a path that is no resource, the HTTP method in lower case.</summary>
    public required string Verb { get; init; }

    /// <summary>The authenticated user, not the impersonated one; null if the credentials were not valid (401).</summary>
    public string? User { get; init; }

    /// <summary>The groups of <see cref="User"/>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The API group of the resource, without a version; empty for the core group.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary>The resource, such as <c>pods</c>; empty for a path that is no resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource, such as <c>exec</c>; empty for the resource itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The namespace; empty for a cluster-wide resource and for a list across all namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The name in the URL; empty for a list, and for a create, whose name is in the body.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of a request that is for no resource; otherwise empty.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether the request is for a resource, and not for another path.</summary>
    public bool IsForResource => Resource.Length > 0;

    /// <summary>Whether the API server treats the request as long-running: it writes an event at ResponseStarted, when the status is sent and the body is not.</summary>
    public bool IsLongRunning => IsForResource
        ? LongRunningVerbs.Contains(Verb) || LongRunningSubresources.Contains(Subresource)
        : LongRunningVerbs.Contains(Verb) || Path.StartsWith("/debug/pprof/", StringComparison.Ordinal);

    /// <summary>
    /// The stages at which an event can be written for the request, except Panic. Source: k8s.io/apiserver, pkg/endpoints/filters/audit.go and
    /// authn_audit.go: authentication comes before auditing, and its failure is written once, as ResponseStarted.
    /// </summary>
    internal AuditStages Stages =>
        User is null ? AuditStages.ResponseStarted
        : IsLongRunning ? AuditStages.RequestReceived | AuditStages.ResponseStarted | AuditStages.ResponseComplete
        : AuditStages.RequestReceived | AuditStages.ResponseComplete;
}

/// <summary>A resource in kubectl's notation: <c>pods</c>, <c>pods/exec</c>, <c>deployments.apps/scale</c>. Immutable.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Subresource">The subresource; empty for none.</param>
internal sealed record RequestedResource(string Group, string Resource, string Subresource)
{
    /// <summary>Parses the notation. If it names no group, it is the one in which Kubernetes has the resource, or the core group.</summary>
    public static RequestedResource Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (whole, subresource) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        var dot = whole.IndexOf('.', StringComparison.Ordinal);
        return dot >= 0
            ? new RequestedResource(whole[(dot + 1)..], whole[..dot], subresource)
            : new RequestedResource(KnownApi.Named(whole).FirstOrDefault()?.Group ?? "", whole, subresource);
    }

    /// <summary>Returns the request with this resource.</summary>
    public PolicyRequest In(PolicyRequest request) => request with { ApiGroup = Group, Resource = Resource, Subresource = Subresource };
}
