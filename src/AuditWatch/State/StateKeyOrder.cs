namespace AuditWatch.State;

/// <summary>The order of keys by the bytes of their UTF-8, as databases have it. Differs from ordinal order beyond U+FFFF.</summary>
internal sealed class StateKeyOrder : IComparer<string>
{
    public static StateKeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        return common < x!.Length && common < y!.Length ? Rank(x[common]) - Rank(y[common]) : x.Length - y!.Length;
    }

    // Of two different UTF-16 units, halves of a surrogate pair stand for what comes after all others.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
