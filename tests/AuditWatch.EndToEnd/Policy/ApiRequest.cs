using AuditWatch.Policy;

namespace AuditWatch.EndToEnd.Policy;

/// <summary>A request over HTTP, and what a policy knows of it.</summary>
internal sealed record ApiRequest(string Method, string Uri, PolicyRequest Policy)
{
    private const string Default = "/api/v1/namespaces/default";

    /// <summary>One of each kind that policies tell apart.</summary>
    public static IReadOnlyList<ApiRequest> All { get; } =
    [
        Resource("GET", $"{Default}/secrets/db", "get", "secrets", "default", "db"),
        Resource("GET", $"{Default}/secrets", "list", "secrets", "default"),
        Resource("GET", "/api/v1/secrets", "list", "secrets"),
        Resource("GET", $"{Default}/configmaps?fieldSelector=metadata.name%3Dapp", "list", "configmaps", "default", "app"),
        Resource("GET", $"{Default}/configmaps?watch=1&timeoutSeconds=1", "watch", "configmaps", "default"),
        Resource("POST", $"{Default}/configmaps", "create", "configmaps", "default"),
        Resource("PUT", $"{Default}/configmaps/app", "update", "configmaps", "default", "app"),
        Resource("PATCH", $"{Default}/configmaps/app", "patch", "configmaps", "default", "app"),
        Resource("DELETE", $"{Default}/pods/cart", "delete", "pods", "default", "cart"),
        Resource("DELETE", $"{Default}/pods?labelSelector=no%3Dpod", "deletecollection", "pods", "default"),
        Resource("GET", $"{Default}/pods/cart/status", "get", "pods/status", "default", "cart"),
        Resource("GET", $"{Default}/pods/cart/log", "get", "pods/log", "default", "cart"),
        Resource("POST", $"{Default}/pods/cart/exec?command=env", "create", "pods/exec", "default", "cart"),
        Resource("GET", $"{Default}/pods/cart/exec?command=env", "get", "pods/exec", "default", "cart"),
        Resource("POST", $"{Default}/serviceaccounts/app/token", "create", "serviceaccounts/token", "default", "app"),
        Resource("GET", "/api/v1/nodes/worker", "get", "nodes", "", "worker"),
        Resource("GET", "/api/v1/nodes/worker/proxy/metrics", "get", "nodes/proxy", "", "worker"),
        Resource("GET", "/api/v1/namespaces/kube-system", "get", "namespaces", "kube-system", "kube-system"),
        Resource("GET", "/apis/apps/v1/namespaces/kube-system/deployments", "list", "deployments.apps", "kube-system"),
        Resource("PATCH", "/apis/apps/v1/namespaces/default/deployments/app/scale", "patch", "deployments.apps/scale", "default", "app"),
        Resource("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin", "get", "clusterroles.rbac.authorization.k8s.io", "", "cluster-admin"),
        Resource("GET", "/apis/example.com/v1/namespaces/default/widgets/app", "get", "widgets.example.com", "default", "app"),
        Path("GET", "/healthz"),
        Path("GET", "/healthz/ping"),
        Path("GET", "/version?timeout=1s"),
        Path("GET", "/apis/apps"),
        Path("POST", "/metrics"),
        Path("GET", "/"),
    ];

    private static ApiRequest Resource(string method, string uri, string verb, string resource, string space = "", string name = "") =>
        new(method, uri, RequestedResource.Parse(resource).In(new PolicyRequest { Verb = verb, Namespace = space, Name = name }));

    private static ApiRequest Path(string method, string uri) => new(method, uri, new PolicyRequest { Verb = method.ToLowerInvariant(), Path = uri.Split('?')[0] });
}
