namespace AuditWatch.Composites;

/// <summary>
/// The searches of one composite that would find nothing new if made again: what was searched for differs in time alone, no other fact has come since,
/// and the story that it made has been told. Spares a flood of equal findings the search. Bounded; forgetting costs only time. Not thread-safe.
/// </summary>
internal sealed class AnsweredSearches
{
    private const int MaxCount = 10_000;

    private readonly Dictionary<string, (long Version, long Time, long Until)> _answers = new(StringComparer.Ordinal);

    /// <summary>Whether a search has been answered.</summary>
    /// <param name="likeness">What its facts have in common: all but their time.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="version">Rises with each fact that begins to wait.</param>
    public bool Contains(string likeness, List<StepFact> facts, long version) =>
        _answers.TryGetValue(likeness, out var answer) && answer.Version == version
        && facts.TrueForAll(fact => fact.Time >= answer.Time && fact.Time < answer.Until);

    /// <summary>Keeps an answer.</summary>
    /// <param name="likeness">What the facts have in common.</param>
    /// <param name="version">What has come until now.</param>
    /// <param name="time">When the latest of them happened, in ticks of UTC.</param>
    /// <param name="until">Until when the story that they make is no news.</param>
    public void Add(string likeness, long version, long time, long until)
    {
        if (_answers.Count == MaxCount)
        {
            _answers.Clear();
        }

        _answers[likeness] = (version, time, until);
    }
}
