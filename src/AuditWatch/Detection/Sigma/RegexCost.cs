namespace AuditWatch.Detection.Sigma;

/// <summary>
/// What a regular expression costs, counted while it is read. An engine that backtracks tries the ways through it, which are those of what comes after
/// each other multiplied and those of alternatives added, again for each length of its loops without an end. An automaton has a state for each character,
/// as often as that is repeated.
/// <code>
///   ^(kubectl|curl)/v?[0-9]     2 · 2 = 4 ways, no loop: linear wherever it begins
///   ^/(healthz|livez)(/.*)?$    4 ways, one loop behind an anchor: linear
///   [a-z]*/proxy                a loop from each place of the text: not linear
///   ^(a|aa)*$                   several ways for each time around: not linear
/// </code>
/// </summary>
internal struct RegexCost()
{
    private const int MostWays = 256;

    private long _ways = 1;
    private int _loops;
    private bool _isLoopRepeated;
    private bool _beginsAnywhere;

    /// <summary>The states of an automaton, about.</summary>
    public long Size { get; private set; } = 1;

    /// <summary>Begins to count a part.</summary>
    /// <returns>What has been counted before it, for one of the two ways to end it.</returns>
    public RegexCost Begin()
    {
        var before = this;
        (_ways, _loops, Size) = (1, 0, 1);
        return before;
    }

    /// <summary>Ends a part that comes after what was before.</summary>
    public void EndAfter(RegexCost before) => (_ways, _loops, Size) = (Product(before._ways, _ways), before._loops + _loops, before.Size + Size);

    /// <summary>Ends a part that is an alternative to what was before.</summary>
    /// <param name="before">What was counted before.</param>
    /// <param name="isWhole">Whether they are alternatives of the whole expression.</param>
    public void EndBeside(RegexCost before, bool isWhole)
    {
        (_ways, _loops, Size) = (Math.Min(before._ways + _ways, MostWays + 1), Math.Max(before._loops, _loops), before.Size + Size);
        _beginsAnywhere |= isWhole;
    }

    /// <summary>From here on anchors are at every line.</summary>
    public void AnchorAtLines() => _beginsAnywhere = true;

    /// <summary>Repeats the part that has been read.</summary>
    /// <param name="least">How often at least.</param>
    /// <param name="most">How often at most; 0 for any number.</param>
    public void Repeat(int least, int most)
    {
        Size *= Math.Max(1, Math.Max(least, most));
        _isLoopRepeated |= (most != 1 && _loops > 0) || (most == 0 && _ways > 1);
        if (most == 0)
        {
            _loops++;
            return;
        }

        // Each number of repetitions is a way, and has the ways of every repetition.
        var (all, product) = (least == 0 ? 1L : 0L, 1L);
        for (var i = 1; i <= most && all <= MostWays; i++)
        {
            product = Product(product, _ways);
            all += i < least ? 0 : product;
        }

        _ways = Math.Min(all, MostWays + 1);
    }

    /// <summary>Whether backtracking takes a time in proportion to the text: there are few ways, and no loop but one that begins where the text does.</summary>
    /// <param name="pattern">The expression, without an option by which its anchors are at every line.</param>
    public readonly bool IsLinear(ReadOnlySpan<char> pattern) =>
        !_isLoopRepeated && _ways <= MostWays && (_loops == 0 || (_loops == 1 && !_beginsAnywhere && BeginsAtStart(pattern)));

    private static bool BeginsAtStart(ReadOnlySpan<char> pattern)
    {
        if (pattern.StartsWith("(?") && pattern.IndexOf(')') is > 2 and var end && pattern[2..end].IndexOfAnyExcept("isn") < 0)
        {
            pattern = pattern[(end + 1)..];
        }

        return pattern.StartsWith("^");
    }

    private static long Product(long a, long b) => Math.Min(a * b, MostWays + 1);
}
