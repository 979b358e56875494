namespace AuditWatch.Policy.Coverage;

/// <summary>
/// Principals: those that are mentioned, an other of each kind, and people in every combination of the groups that are mentioned. Of more than
/// four such groups, combinations of at most two.
/// </summary>
internal static class UniversePrincipals
{
    private const int AllCombinations = 4;

    public static IEnumerable<Principal> Of(MentionedValues mentioned)
    {
        var groups = mentioned.UserGroups.Where(group => !ImpliedGroups.Has(group)).ToList();
        var combinations = Combinations(groups).ToList();
        return Names(mentioned).Distinct(StringComparer.Ordinal).SelectMany(name => name.Length == 0
            ? [new Principal("", [])]
            : (ImpliedGroups.AreAll(name) ? [[]] : combinations).Select(more => new Principal(name, [.. ImpliedGroups.Of(name), .. more])));
    }

    private static IEnumerable<string> Names(MentionedValues mentioned) =>
    [
        "", "system:anonymous", Unmentioned.Value, ImpliedGroups.NodeUser + Unmentioned.Value,
        .. mentioned.ServiceAccountNamespaces.Append(Unmentioned.Value).Select(space => $"{ImpliedGroups.ServiceAccountUser}{space}:{Unmentioned.Value}"),
        .. mentioned.Users,
    ];

    private static IEnumerable<string[]> Combinations(List<string> groups) => groups.Count <= AllCombinations
        ? Enumerable.Range(0, 1 << groups.Count).Select(bits => groups.Where((_, i) => (bits >> i & 1) != 0).ToArray())
        : [[], .. groups.Select(group => new[] { group }), .. from a in groups from b in groups where string.CompareOrdinal(a, b) < 0 select new[] { a, b }];
}
