namespace AuditWatch.Composites;

/// <summary>
/// Remembers searches of one composite that need not be made again, because they would find nothing new: the facts differ from those of the search before in time alone, no fact has come since where it looked, and the story
/// that it made has been told. Spares a flood of equal findings the search. Bounded; forgetting one costs only time. Not thread-safe.
/// </summary>
internal sealed class AnsweredSearches
{
    private const int MaxCount = 10_000;

    // A search that has looked in more places is seldom made again.
    private const int MaxPlaces = 32;

    private readonly Dictionary<FactLikeness, Answer> _answers = [];

    /// <summary>Whether a search has been answered.</summary>
    /// <param name="likeness">What its facts have in common.</param>
    /// <param name="facts">The facts.</param>
    public bool Contains(FactLikeness likeness, List<StepFact> facts) => _answers.TryGetValue(likeness, out var answer) && answer.IsOf(facts) && answer.IsCurrent;

    /// <summary>Whether a search for a single fact has been answered.</summary>
    /// <param name="likeness">What it has in common with those like it: all but the time.</param>
    /// <param name="time">When it happened, in ticks of UTC.</param>
    public bool Contains(FactLikeness likeness, long time) => _answers.TryGetValue(likeness, out var answer) && answer.IsOf(time) && answer.IsCurrent;

    /// <summary>Keeps an answer.</summary>
    /// <param name="likeness">What the facts have in common.</param>
    /// <param name="places">Where has been looked.</param>
    /// <param name="time">When the latest of them happened, in ticks of UTC.</param>
    /// <param name="until">Until when the story that they make is no news.</param>
    public void Add(FactLikeness likeness, IReadOnlyCollection<SearchPlace> places, long time, long until)
    {
        if (places.Count > MaxPlaces)
        {
            return;
        }

        if (_answers.Count == MaxCount)
        {
            _answers.Clear();
        }

        _answers[likeness] = new Answer([.. places], time, until);
    }

    private sealed record Answer(SearchPlace[] Places, long Time, long Until)
    {
        public bool IsCurrent => Array.TrueForAll(Places, place => place.IsUnchanged);

        public bool IsOf(List<StepFact> facts) => facts.TrueForAll(fact => IsOf(fact.Time));

        public bool IsOf(long time) => time >= Time && time < Until;
    }
}

/// <summary>Where a search has looked: under a key, and up to which fact.</summary>
/// <param name="In">The facts.</param>
/// <param name="Key">The key.</param>
/// <param name="Version">Of the facts under the key, then.</param>
internal readonly record struct SearchPlace(WaitingFacts In, ulong Key, long Version)
{
    public bool IsUnchanged => In.VersionOf(Key) == Version;
}
