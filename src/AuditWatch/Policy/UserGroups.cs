namespace AuditWatch.Policy;

/// <summary>The groups that the API server sees a user in.</summary>
public static class UserGroups
{
    /// <summary>The groups that come with the name, and others.</summary>
    public static IReadOnlyList<string> Of(string user, IEnumerable<string> others) => [.. ImpliedGroups.Of(user).Union(others)];
}
