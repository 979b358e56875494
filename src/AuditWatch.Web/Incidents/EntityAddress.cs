namespace AuditWatch.Web.Incidents;

/// <summary>Where more is known of what alerts share, as <c>kind:name</c>.</summary>
internal static class EntityAddress
{
    /// <summary>The address of its page; null if it has none.</summary>
    /// <param name="context">The page it is on.</param>
    /// <param name="entity">What it is: <c>account:jane</c>, <c>object:payments/pods/shell</c>, <c>role:payments/reader</c>, <c>serviceaccount:payments/app</c>.</param>
    /// <param name="cluster">Its cluster.</param>
    public static string? Of(PageContext context, string entity, string cluster)
    {
        var colon = entity.IndexOf(':', StringComparison.Ordinal);
        if (context.IsReport || colon < 0 || colon == entity.Length - 1)
        {
            return null;
        }

        var name = entity[(colon + 1)..];
        return entity[..colon] switch
        {
            "account" or "user" => context.AddressOfActor(name),
            "object" => context.AddressOfObject(name, cluster),
            "serviceaccount" => context.AddressOfObject(Inside("serviceaccounts", name), cluster),
            "role" => context.AddressOfObject(name.Contains('/', StringComparison.Ordinal) ? Inside("roles", name) : $"clusterroles/{name}", cluster),
            "binding" => context.AddressOfObject(name.Contains('/', StringComparison.Ordinal) ? Inside("rolebindings", name) : $"clusterrolebindings/{name}", cluster),
            _ => null,
        };

        // What has a namespace stands as namespace/name.
        static string Inside(string resource, string name) => name.Split('/', 2) is [var space, var rest] ? $"{space}/{resource}/{rest}" : $"{resource}/{name}";
    }
}
