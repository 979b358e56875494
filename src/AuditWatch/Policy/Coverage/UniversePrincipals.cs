namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Principals: those that are mentioned, an other of each kind, and people in every combination of the groups that are mentioned. Of more than
/// four such groups, combinations of at most two, or single ones where that would be too many; and where even that would be, of people that are
/// mentioned, in groups only those whom a rule of the policy names along with groups. No rule of a policy asks for a group that somebody is not in:
/// it is reached by somebody in one group, if at all.
/// </summary>
internal static class UniversePrincipals
{
    private const int AllCombinations = 4;

    // More than a policy of any size that people can read comes to.
    private const int Most = 10_000;

    public static IEnumerable<Principal> Of(MentionedValues mentioned)
    {
        var groups = mentioned.UserGroups.Where(group => !ImpliedGroups.Has(group)).ToList();
        var names = Names(mentioned).Distinct(StringComparer.Ordinal).ToList();
        var combinations = Combinations(groups, most: Most / names.Count).ToList();
        var areTooMany = groups.Count > AllCombinations && (long)names.Count * combinations.Count > Most;
        return names.SelectMany(name => name.Length == 0
            ? [new Principal("", [])]
            : (IsAlone(name) ? [[]] : combinations).Select(more => new Principal(name, [.. ImpliedGroups.Of(name), .. more])));

        bool IsAlone(string name) => ImpliedGroups.AreAll(name) || (areTooMany && !Unmentioned.Is(name) && !mentioned.UsersWithGroups.Contains(name));
    }

    private static IEnumerable<string> Names(MentionedValues mentioned) =>
    [
        "", "system:anonymous", Unmentioned.Value, ImpliedGroups.NodeUser + Unmentioned.Value,
        .. mentioned.ServiceAccountNamespaces.Append(Unmentioned.Value).Select(space => $"{ImpliedGroups.ServiceAccountUser}{space}:{Unmentioned.Value}"),
        .. mentioned.Users,
    ];

    private static IEnumerable<string[]> Combinations(List<string> groups, int most)
    {
        if (groups.Count <= AllCombinations)
        {
            return Enumerable.Range(0, 1 << groups.Count).Select(bits => groups.Where((_, i) => (bits >> i & 1) != 0).ToArray());
        }

        string[][] single = [[], .. groups.Select(group => new[] { group })];
        return groups.Count * (groups.Count + 1L) / 2 < most
            ? [.. single, .. from a in groups from b in groups where string.CompareOrdinal(a, b) < 0 select new[] { a, b }]
            : single;
    }
}
