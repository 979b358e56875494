namespace AuditWatch.Policy;

/// <summary>A resource as a person writes it: <c>pods</c>, <c>pods/exec</c>, <c>deployments.apps/scale</c>.</summary>
/// <param name="Group">The group; where none is written, the one that Kubernetes has the resource in.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Subresource">The subresource; empty for none.</param>
public sealed record RequestedResource(string Group, string Resource, string Subresource)
{
    /// <summary>Reads it.</summary>
    public static RequestedResource Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (whole, subresource) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        var dot = whole.IndexOf('.', StringComparison.Ordinal);
        return dot >= 0
            ? new RequestedResource(whole[(dot + 1)..], whole[..dot], subresource)
            : new RequestedResource(KnownApi.Named(whole).FirstOrDefault()?.Group ?? "", whole, subresource);
    }

    /// <summary>The request, for this resource.</summary>
    public PolicyRequest In(PolicyRequest request) => request with { ApiGroup = Group, Resource = Resource, Subresource = Subresource };
}
