namespace AuditWatch.Composites;

/// <summary>
/// Gathers, for new facts of one step, the waiting facts of all other steps that could make a story with them, by key; and limits how many combinations
/// NRules is given, because it looks at every one, at about a microsecond each. Whoever makes more loses the oldest of what makes them, and in the end
/// the rest of a batch. Not thread-safe.
/// </summary>
/// <param name="plan">The composite.</param>
/// <param name="positive">The waiting facts of steps that must be there.</param>
/// <param name="negative">The waiting facts of the others.</param>
/// <param name="metrics">Hears of what is dropped.</param>
internal sealed class StorySearch(CompositePlan plan, WaitingFacts positive, WaitingFacts negative, CompositeMetrics metrics)
{
    private const int MaxCombinations = 4096;
    private const int MaxCombinationsOfAccount = 20_000;

    private readonly Dictionary<string, int> _combinations = new(StringComparer.Ordinal);
    private readonly HashSet<SearchPlace> _places = [];
    private readonly List<List<StepFact>> _gathered = [.. plan.Parts.Select(_ => new List<StepFact>())];
    private readonly List<ulong> _keys = [];
    private int _search;

    /// <summary>Where the last <see cref="Gather"/> has looked.</summary>
    public IReadOnlyCollection<SearchPlace> Places => _places;

    /// <summary>Begins to count the combinations of each account anew.</summary>
    public void BeginBatch() => _combinations.Clear();

    /// <summary>Goes from step to step by key.</summary>
    /// <param name="facts">Facts of one step that differ in time alone; at least one.</param>
    /// <param name="awaiting">What has been gathered, if the step that is missing is the one whose requests are looked for only once a story waits for them.</param>
    /// <returns>The facts of each part, until the next call; null if a step that must be there is not, or if they make too many combinations.</returns>
    public List<List<StepFact>>? Gather(List<StepFact> facts, out List<List<StepFact>>? awaiting)
    {
        _search++;
        _places.Clear();
        awaiting = null;
        _gathered.ForEach(list => list.Clear());
        _gathered[facts[0].Step].AddRange(facts);
        foreach (var fact in facts)
        {
            fact.Search = _search;
        }

        foreach (var hop in plan.From(facts[0].Step))
        {
            Follow(hop, _gathered[hop.From], _gathered[hop.To]);
            if (plan.IsPositive(hop.To) && _gathered[hop.To].Count == 0)
            {
                awaiting = hop.To == plan.Awaited ? _gathered : null;
                return null;
            }
        }

        return IsAffordable(_gathered, facts[0]) ? _gathered : null;
    }

    private void Follow(Hop hop, List<StepFact> from, List<StepFact> to)
    {
        var waiting = plan.IsPositive(hop.To) ? positive : negative;
        _keys.Clear();
        foreach (var fact in from)
        {
            StepKeys.Add(_keys, fact, hop.Places, hop.Index);
        }

        foreach (var key in _keys)
        {
            if (_places.Add(new SearchPlace(waiting, key, waiting.VersionOf(key))))
            {
                Take(waiting.Find(key), from[0].Source.Cluster, to);
            }
        }
    }

    private void Take(ReadOnlySpan<StepFact> facts, string cluster, List<StepFact> to)
    {
        foreach (var fact in facts)
        {
            if (fact.Search != _search && fact.Source.Cluster == cluster)
            {
                fact.Search = _search;
                to.Add(fact);
            }
        }
    }

    private bool IsAffordable(List<List<StepFact>> gathered, StepFact seed)
    {
        var lists = plan.Positive.Select(part => gathered[part]).ToList();
        while (Combinations() > MaxCombinations)
        {
            var largest = lists.MaxBy(list => list.Count)!;
            largest.Remove(largest.MinBy(fact => fact.Sequence)!);
            metrics.Forgets(plan.Rule.Name, "work");
        }

        var spent = _combinations.GetValueOrDefault(seed.Source.Account) + (int)Combinations();
        _combinations[seed.Source.Account] = spent;
        if (spent > MaxCombinationsOfAccount)
        {
            metrics.Forgets(plan.Rule.Name, "work");
        }

        return spent <= MaxCombinationsOfAccount;

        long Combinations() => lists.Aggregate(1L, (product, list) => product * list.Count);
    }
}
