using System.Numerics;

namespace AuditWatch.Detection.Indexing;

/// <summary>Operations on sets of rules, as arrays of words with one bit for each rule, by its index.</summary>
internal static class RuleMask
{
    /// <summary>The number of words that hold a bit for each of so many rules.</summary>
    public static int Words(int rules) => (rules + 63) / 64;

    /// <summary>The set of the rules for which <paramref name="holds"/> is true.</summary>
    public static ulong[] Of<T>(IReadOnlyList<T> rules, Func<T, bool> holds)
    {
        var mask = new ulong[Words(rules.Count)];
        for (var i = 0; i < rules.Count; i++)
        {
            mask[i / 64] |= holds(rules[i]) ? 1UL << (i % 64) : 0;
        }

        return mask;
    }

    /// <summary>Removes the first rule of the set.</summary>
    /// <returns>The index of the rule; -1 if the set is empty.</returns>
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
