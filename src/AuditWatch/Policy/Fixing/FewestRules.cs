namespace AuditWatch.Policy.Fixing;

/// <summary>Puts rules that stand together into fewer ones that match the same requests at the same level or a higher one.</summary>
internal static class FewestRules
{
    /// <summary>The rules, the highest level first.</summary>
    public static IReadOnlyList<PolicyRule> Of(IEnumerable<PolicyRule> rules)
    {
        var left = rules.OrderByDescending(rule => rule.Level).ToList();
        while (TryMerge(left))
        {
        }

        return [.. left.OrderByDescending(rule => rule.Level)];
    }

    private static bool TryMerge(List<PolicyRule> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            for (var j = i + 1; j < rules.Count; j++)
            {
                if (Merged(rules[i], rules[j]) is { } merged)
                {
                    rules.RemoveAt(j);
                    rules[i] = merged;
                    return true;
                }
            }
        }

        return false;
    }

    // Rules that differ in one respect are one with both values of it; one that matches all of the other at no lower level is enough.
    private static PolicyRule? Merged(PolicyRule first, PolicyRule second)
    {
        if (first.Level >= second.Level && Covers(first, second))
        {
            return first;
        }

        if (first.Level != second.Level || !Same(first.Users, second.Users) || !Same(first.UserGroups, second.UserGroups) || !Same(first.Namespaces, second.Namespaces) || first.OmitStages != second.OmitStages)
        {
            return null;
        }

        var (verbs, resources, paths) = (Same(first.Verbs, second.Verbs), Same(Texts(first), Texts(second)), Same(first.NonResourceUrls, second.NonResourceUrls));
        return (verbs, resources, paths) switch
        {
            (false, true, true) when first.Verbs.Count > 0 && second.Verbs.Count > 0 => first with { Verbs = [.. first.Verbs.Union(second.Verbs)] },
            (true, false, true) when first.Resources.Count > 0 && second.Resources.Count > 0 => first with { Resources = Union(first.Resources, second.Resources) },
            (true, true, false) when first.NonResourceUrls.Count > 0 && second.NonResourceUrls.Count > 0 => first with { NonResourceUrls = [.. first.NonResourceUrls.Union(second.NonResourceUrls)] },
            _ => null,
        };
    }

    private static bool Covers(PolicyRule all, PolicyRule some) =>
        All(all.Users, some.Users) && All(all.UserGroups, some.UserGroups) && All(all.Verbs, some.Verbs) && all.OmitStages == some.OmitStages
        && (all.IsForResources
            ? some.IsForResources && All(all.Namespaces, some.Namespaces) && (all.Resources.Count == 0 || (some.Resources.Count > 0 && some.Resources.All(one => all.Resources.Any(other => Covers(other, one)))))
            : all.NonResourceUrls.Count == 0 || (!some.IsForResources && some.NonResourceUrls.Count > 0 && some.NonResourceUrls.All(all.NonResourceUrls.Contains)));

    private static bool Covers(GroupResources all, GroupResources some) =>
        all.Group == some.Group && (all.Names.Count == 0 || (some.Names.Count > 0 && some.Names.All(all.Names.Contains)))
        && (all.Resources.Count == 0 || (some.Resources.Count > 0 && some.Resources.All(all.Resources.Contains)));

    private static bool All(IReadOnlyList<string> all, IReadOnlyList<string> some) => all.Count == 0 || (some.Count > 0 && some.All(all.Contains));

    private static bool Same(IEnumerable<string> first, IEnumerable<string> second) => first.ToHashSet(StringComparer.Ordinal).SetEquals(second);

    private static IEnumerable<string> Texts(PolicyRule rule) => rule.Resources.Select(entry => $"{entry.Group} {string.Join(',', entry.Resources.Order(StringComparer.Ordinal))} {string.Join(',', entry.Names.Order(StringComparer.Ordinal))}");

    private static List<GroupResources> Union(IReadOnlyList<GroupResources> first, IReadOnlyList<GroupResources> second) =>
    [
        .. first.Concat(second).GroupBy(entry => (entry.Group, string.Join(',', entry.Names), HasResources: entry.Resources.Count > 0))
            .Select(same => same.First() with { Resources = [.. same.SelectMany(entry => entry.Resources).Distinct().Order(StringComparer.Ordinal)] }),
    ];
}
