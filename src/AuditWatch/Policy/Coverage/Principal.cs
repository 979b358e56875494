namespace AuditWatch.Policy.Coverage;

/// <summary>Who makes a request: a user name and groups. The empty name is nobody: the credentials were not valid. Immutable.</summary>
internal sealed record Principal(string Name, IReadOnlyList<string> Groups)
{
    public bool IsAuthenticated => Name.Length > 0;

    /// <summary>The name as <see cref="PolicyRequest.User"/> has it: null for nobody.</summary>
    public string? User => IsAuthenticated ? Name : null;

    /// <summary>The derived field <c>actor.kind</c> of the principal's events, if it impersonates nobody.</summary>
    public string Kind => Name switch
    {
        "" => "unauthenticated",
        "system:anonymous" => "anonymous",
        "system:apiserver" or "system:kube-controller-manager" or "system:kube-scheduler" or "system:cloud-controller-manager"
            or "system:kube-proxy" or "system:aggregator" => "controlplane",
        _ when UserGroups.NamespaceOf(Name) is not null => "serviceaccount",
        _ when Name.StartsWith(UserGroups.NodeUser, StringComparison.Ordinal) => "node",
        _ => "human",
    };
}

/// <summary>
/// Enumerates the principals of a universe: those that are mentioned, one other of each kind, and people in every combination of the groups that are
/// mentioned. If more than four groups are, in combinations of at most two; if that came to too many, in single groups; and if even that did, of the people
/// that are mentioned only those are put into groups whom a rule names together with groups.
/// </summary>
/// <remarks>Single groups are enough in the end, because a rule can only ask for groups that somebody is in: a rule that anybody reaches is reached by somebody in one group.</remarks>
internal static class PrincipalValues
{
    private const int MaxGroupsCombined = 4;

    // No policy that a person can read comes to so many.
    private const int MaxCount = 10_000;

    public static IEnumerable<Principal> Of(MentionedValues mentioned)
    {
        var groups = mentioned.GroupsOfUsers.Where(group => !UserGroups.Has(group)).ToList();
        var names = Names(mentioned).Distinct(StringComparer.Ordinal).ToList();
        var combinations = Combinations(groups, most: MaxCount / names.Count).ToList();
        var areTooMany = groups.Count > MaxGroupsCombined && (long)names.Count * combinations.Count > MaxCount;
        return names.SelectMany(name => name.Length == 0
            ? [new Principal("", [])]
            : (IsAlone(name) ? [[]] : combinations).Select(more => new Principal(name, [.. UserGroups.Of(name), .. more])));

        bool IsAlone(string name) => UserGroups.AreAll(name) || (areTooMany && !Unmentioned.Is(name) && !mentioned.UsersWithGroups.Contains(name));
    }

    private static IEnumerable<string> Names(MentionedValues mentioned) =>
    [
        "", "system:anonymous", Unmentioned.Value, UserGroups.NodeUser + Unmentioned.Value,
        .. mentioned.ServiceAccountNamespaces.Append(Unmentioned.Value).Select(space => $"{UserGroups.ServiceAccountUser}{space}:{Unmentioned.Value}"),
        .. mentioned.Users,
    ];

    private static IEnumerable<string[]> Combinations(List<string> groups, int most)
    {
        if (groups.Count <= MaxGroupsCombined)
        {
            return Enumerable.Range(0, 1 << groups.Count).Select(bits => groups.Where((_, i) => (bits >> i & 1) != 0).ToArray());
        }

        string[][] single = [[], .. groups.Select(group => new[] { group })];
        return groups.Count * (groups.Count + 1L) / 2 < most
            ? [.. single, .. from a in groups from b in groups where string.CompareOrdinal(a, b) < 0 select new[] { a, b }]
            : single;
    }
}
