namespace AuditWatch.Policy.Coverage;

/// <summary>Verbs. See k8s.io/apiserver, pkg/endpoints/request/requestinfo.go: of what is no resource the verb is the HTTP method in lower case.</summary>
internal static class UniverseVerbs
{
    private static readonly string[] OfPaths = ["get", "head", "post", "put", "patch", "delete", "options"];

    public static IReadOnlyList<string> All { get; } = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "head", "post", "put", "options"];

    /// <summary>The verbs that there are for a target.</summary>
    public static IReadOnlyList<string> Of(Target target) => target.IsResource ? KnownApi.Verbs(target.Resource, target.Subresource) : OfPaths;
}
