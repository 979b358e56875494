namespace AuditWatch.Policy;

/// <summary>A request as a policy sees it: what the API server knows before it does anything about it. Immutable.</summary>
public sealed record PolicyRequest
{
    // k8s.io/apiserver, pkg/server/config.go: BasicLongRunningRequestCheck with the verbs and subresources kube-apiserver gives it.
    private static readonly string[] LongRunningVerbs = ["watch", "proxy"];
    private static readonly string[] LongRunningSubresources = ["attach", "exec", "proxy", "log", "portforward"];

    /// <summary>The verb of the API, or for anything that is no resource the HTTP method in lower case.</summary>
    public required string Verb { get; init; }

    /// <summary>Whose credentials came with it, not whom they impersonate; null if nobody's were valid (401).</summary>
    public string? User { get; init; }

    /// <summary>The groups of <see cref="User"/>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The API group of the resource; empty for the core group.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary>The resource, such as <c>pods</c>; empty for a request that is for none.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource, such as <c>exec</c>; empty for the resource itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The namespace; empty for what has none, and for a list across all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The name; empty for a list, and for a create: the name is in the body then.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of a request that is for no resource.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether it is for a resource.</summary>
    public bool IsForResource => Resource.Length > 0;

    /// <summary>Whether it goes on after its status is sent, so that ResponseStarted is written.</summary>
    public bool IsLongRunning => IsForResource
        ? LongRunningVerbs.Contains(Verb) || LongRunningSubresources.Contains(Subresource)
        : LongRunningVerbs.Contains(Verb) || Path.StartsWith("/debug/pprof/", StringComparison.Ordinal);

    /// <summary>
    /// The stages there are to write. See k8s.io/apiserver, pkg/endpoints/filters/audit.go and authn_audit.go: authentication fails before auditing
    /// begins, and its failure is written once, as ResponseStarted. Panics aside.
    /// </summary>
    public AuditStages Stages =>
        User is null ? AuditStages.ResponseStarted
        : IsLongRunning ? AuditStages.RequestReceived | AuditStages.ResponseStarted | AuditStages.ResponseComplete
        : AuditStages.RequestReceived | AuditStages.ResponseComplete;
}
