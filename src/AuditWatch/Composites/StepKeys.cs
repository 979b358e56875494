using AuditWatch.Events;

namespace AuditWatch.Composites;

/// <summary>
/// Keys by which facts find each other: hashes of index, cluster and values. They are as hard to foresee as the hashes of strings, which .NET keys anew in each process, and two that are equal by chance cost time alone: facts
/// under one key are compared before they are joined.
/// </summary>
internal static class StepKeys
{
    /// <summary>Adds the keys for the values at some places of a fact: one, unless a field has several values.</summary>
    /// <param name="keys">Gets the keys.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="places">The places, in the order of the index's variables.</param>
    /// <param name="index">The index that they are keys of.</param>
    public static void Add(List<ulong> keys, StepFact fact, int[] places, StepIndex index)
    {
        var first = keys.Count;
        keys.Add(Mix((ulong)index.Number, fact.Source.Cluster));
        foreach (var place in places)
        {
            var values = fact.Values[place];
            for (var (i, end) = (first, keys.Count); i < end; i++)
            {
                var start = keys[i];
                keys[i] = Mix(start, values[0]);
                for (var other = 1; other < values.Count && keys.Count - first < EventValues.MaxValues; other++)
                {
                    keys.Add(Mix(start, values[other]));
                }
            }
        }
    }

    // The multiplier of Fibonacci hashing: odd, so that nothing of the hash is lost.
    private static ulong Mix(ulong key, string value) => (ulong.RotateLeft(key, 32) ^ (uint)value.GetHashCode(StringComparison.Ordinal)) * 0x9E3779B97F4A7C15;
}
