using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Removes from a set what another one, of as many words, does not have.</summary>
    /// <returns>Whether any rule is left.</returns>
    public static bool Intersect(Span<ulong> rules, ReadOnlySpan<ulong> others)
    {
        ref var rule = ref MemoryMarshal.GetReference(rules);
        ref var other = ref MemoryMarshal.GetReference(others[..rules.Length]);
        var all = Vector256<ulong>.Zero;
        var i = 0;
        for (; i + Vector256<ulong>.Count <= rules.Length; i += Vector256<ulong>.Count)
        {
            var left = Vector256.LoadUnsafe(ref rule, (nuint)i) & Vector256.LoadUnsafe(ref other, (nuint)i);
            left.StoreUnsafe(ref rule, (nuint)i);
            all |= left;
        }

        var any = 0UL;
        for (; i < rules.Length; i++)
        {
            any |= rules[i] &= others[i];
        }

        return any != 0 || all != Vector256<ulong>.Zero;
    }

    /// <summary>Whether a set has a rule that another one, of as many words, does not have.</summary>
    public static bool HasOthers(ReadOnlySpan<ulong> rules, ReadOnlySpan<ulong> others)
    {
        ref var rule = ref MemoryMarshal.GetReference(rules);
        ref var other = ref MemoryMarshal.GetReference(others[..rules.Length]);
        var i = 0;
        for (; i + Vector256<ulong>.Count <= rules.Length; i += Vector256<ulong>.Count)
        {
            if (Vector256.AndNot(Vector256.LoadUnsafe(ref rule, (nuint)i), Vector256.LoadUnsafe(ref other, (nuint)i)) != Vector256<ulong>.Zero)
            {
                return true;
            }
        }

        for (; i < rules.Length; i++)
        {
            if ((rules[i] & ~others[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two sets, of as many words, have a rule in common.</summary>
    public static bool HasAny(ReadOnlySpan<ulong> rules, ReadOnlySpan<ulong> others)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if ((rules[i] & others[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds another set, of as many words, to a set.</summary>
    public static void Add(Span<ulong> rules, ReadOnlySpan<ulong> others)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] |= others[i];
        }
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
