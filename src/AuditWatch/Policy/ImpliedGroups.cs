namespace AuditWatch.Policy;

/// <summary>
/// The groups that a user is in by name alone. See k8s.io/apiserver, pkg/authentication/group and serviceaccount, and for nodes, which say so in
/// their certificates, "Using Node Authorization".
/// </summary>
internal static class ImpliedGroups
{
    public const string Authenticated = "system:authenticated";
    public const string ServiceAccountUser = "system:serviceaccount:";
    public const string ServiceAccounts = "system:serviceaccounts";
    public const string NodeUser = "system:node:";
    public const string Nodes = "system:nodes";

    /// <summary>The groups of the user; null is nobody.</summary>
    public static IReadOnlyList<string> Of(string? user) => user switch
    {
        null => [],
        "system:anonymous" => ["system:unauthenticated"],
        "system:apiserver" => ["system:masters", Authenticated],
        _ when user.StartsWith(NodeUser, StringComparison.Ordinal) => [Nodes, Authenticated],
        _ when NamespaceOf(user) is { } space => [ServiceAccounts, $"{ServiceAccounts}:{space}", Authenticated],
        _ => [Authenticated],
    };

    /// <summary>Whether nobody but the name decides about the groups: certificates of people can hold any others.</summary>
    public static bool AreAll(string? user) => user is null || user.StartsWith("system:", StringComparison.Ordinal);

    /// <summary>Whether the group comes with names, and cannot be had otherwise.</summary>
    public static bool Has(string group) =>
        group is Authenticated or "system:unauthenticated" or Nodes || group.StartsWith(ServiceAccounts, StringComparison.Ordinal);

    /// <summary>Of the name of a service account, its namespace; null for others.</summary>
    public static string? NamespaceOf(string user)
    {
        var parts = user.Split(':');
        return parts is ["system", "serviceaccount", { Length: > 0 }, { Length: > 0 }] ? parts[2] : null;
    }
}
