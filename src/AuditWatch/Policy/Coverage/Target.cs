namespace AuditWatch.Policy.Coverage;

/// <summary>What a request is for: a resource or subresource, or a path that is no resource.</summary>
/// <param name="Group">The API group.</param>
/// <param name="Resource">The resource; empty for a path.</param>
/// <param name="Subresource">The subresource.</param>
/// <param name="Path">The path.</param>
internal sealed record Target(string Group, string Resource, string Subresource, string Path)
{
    private static readonly string[] Sensitive = ["secrets", "serviceaccounts/token", "tokenreviews.authentication.k8s.io"];

    public bool IsResource => Resource.Length > 0;

    /// <summary>Whether its bodies are credentials as such: no audit log should have them.</summary>
    public bool HoldsCredentials => Sensitive.Contains(ToString());

    public static Target Of(string group, string resource, string subresource = "") => new(group, resource, subresource, "");

    public static Target AtPath(string path) => new("", "", "", path);

    /// <summary><c>deployments.apps/scale</c>, as kubectl has it, or the path.</summary>
    public override string ToString() => IsResource
        ? Resource + (Group.Length > 0 ? "." + Group : "") + (Subresource.Length > 0 ? "/" + Subresource : "")
        : Path;
}
