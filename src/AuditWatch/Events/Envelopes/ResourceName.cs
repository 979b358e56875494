namespace AuditWatch.Events.Envelopes;

/// <summary>
/// A resource name in an audit log of Google Kubernetes Engine, parsed, such as <c>rbac.authorization.k8s.io/v1/namespaces/a/roles/b</c>; the core group is
/// called <c>core</c> in it.
/// </summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version of the group.</param>
/// <param name="Namespace">The namespace; empty for none.</param>
/// <param name="Resource">The resource, in the plural.</param>
/// <param name="Name">The name of the object; empty for all of them.</param>
/// <param name="Subresource">The subresource; empty for none.</param>
internal sealed record ResourceName(string Group, string Version, string Namespace, string Resource, string Name, string Subresource)
{
    /// <summary>Parses a name; returns null for the path of a non-resource request.</summary>
    public static ResourceName? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length < 3 || parts[1] is not ['v', >= '0' and <= '9', ..])
        {
            return null;
        }

        var group = parts[0] == "core" ? "" : parts[0];

        // A namespace has subresources, too: they are the only words there that are no resource in it.
        var isNamespaced = parts is [_, _, "namespaces", _, not ("status" or "finalize"), ..];
        var at = isNamespaced ? 4 : 2;
        var name = At(at + 1);
        return new ResourceName(group, parts[1], isNamespaced ? parts[3] : parts[2] == "namespaces" ? name : "", parts[at], name, At(at + 2));

        string At(int index) => index < parts.Length ? parts[index] : "";
    }

    /// <summary>The URL path of requests for it, without a query.</summary>
    /// <param name="text">The name as it was.</param>
    public static string PathOf(string text) => Parse(text) switch
    {
        null => $"/{text.TrimStart('/')}",
        { Group: "" } => $"/api{text["core".Length..]}",
        _ => $"/apis/{text}",
    };
}
