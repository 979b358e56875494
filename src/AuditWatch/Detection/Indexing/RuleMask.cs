using System.Numerics;

namespace AuditWatch.Detection.Indexing;

/// <summary>A set of rules, each known by its place: one bit a rule, 64 to a word.</summary>
internal static class RuleMask
{
    /// <summary>The number of words for so many rules.</summary>
    public static int Words(int rules) => (rules + 63) / 64;

    /// <summary>The rules for which <paramref name="holds"/>.</summary>
    public static ulong[] Of<T>(IReadOnlyList<T> rules, Func<T, bool> holds)
    {
        var mask = new ulong[Words(rules.Count)];
        for (var i = 0; i < rules.Count; i++)
        {
            mask[i / 64] |= holds(rules[i]) ? 1UL << (i % 64) : 0;
        }

        return mask;
    }

    /// <summary>Removes the first rule from the set.</summary>
    /// <returns>Its place; -1 if the set is empty.</returns>
    public static int RemoveFirst(Span<ulong> rules)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if (rules[i] != 0)
            {
                var bit = BitOperations.TrailingZeroCount(rules[i]);
                rules[i] &= rules[i] - 1;
                return (64 * i) + bit;
            }
        }

        return -1;
    }
}
