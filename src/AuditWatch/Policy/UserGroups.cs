namespace AuditWatch.Policy;

/// <summary>
/// The groups that a user is in because of the user's name. Source: k8s.io/apiserver, pkg/authentication/group and serviceaccount; for nodes, which have
/// the group in their certificates, the page "Using Node Authorization" of the Kubernetes documentation.
/// </summary>
internal static class UserGroups
{
    internal const string Authenticated = "system:authenticated";
    internal const string ServiceAccountUser = "system:serviceaccount:";
    internal const string ServiceAccounts = "system:serviceaccounts";
    internal const string NodeUser = "system:node:";
    internal const string Nodes = "system:nodes";

    /// <summary>The groups that come with the user's name, together with <paramref name="others"/>; each once.</summary>
    public static IReadOnlyList<string> Of(string user, IEnumerable<string> others) => [.. Of(user).Union(others)];

    /// <summary>The groups that come with the user's name; none for null, which is a request with invalid credentials.</summary>
    internal static IReadOnlyList<string> Of(string? user) => user switch
    {
        null => [],
        "system:anonymous" => ["system:unauthenticated"],
        "system:apiserver" => ["system:masters", Authenticated],
        _ when user.StartsWith(NodeUser, StringComparison.Ordinal) => [Nodes, Authenticated],
        _ when NamespaceOf(user) is { } space => [ServiceAccounts, $"{ServiceAccounts}:{space}", Authenticated],
        _ => [Authenticated],
    };

    /// <summary>Whether the user can be in no other groups than those that come with the name. People can: their certificates may list any.</summary>
    internal static bool AreAll(string? user) => user is null || user.StartsWith("system:", StringComparison.Ordinal);

    /// <summary>Whether a user can be in the group only because of the user's name.</summary>
    internal static bool Has(string group) =>
        group is Authenticated or "system:unauthenticated" or Nodes || group.StartsWith(ServiceAccounts, StringComparison.Ordinal);

    /// <summary>The namespace of a service account, from its user name; null for any other user.</summary>
    internal static string? NamespaceOf(string user)
    {
        var parts = user.Split(':');
        return parts is ["system", "serviceaccount", { Length: > 0 }, { Length: > 0 }] ? parts[2] : null;
    }
}
