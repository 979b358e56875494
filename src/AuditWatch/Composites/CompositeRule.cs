using AuditWatch.Detection;

namespace AuditWatch.Composites;

/// <summary>
/// One composite at work. A finding waits, or goes, with the facts that are made of it; those new in a batch search for the others of a story by key,
/// and only if all steps that must be there are, NRules says which of them make one. What a further finding could undo is asked again when none
/// can come any more. Nothing depends on the order of arrival but what an <c>until</c> ends. Not thread-safe.
/// </summary>
internal sealed class CompositeRule
{
    /// <summary>The most facts of steps that must be there, at about 1.5 KB each.</summary>
    public const int MaxPositive = 10_000;

    /// <summary>The most facts of steps that must not be there, and of what ends stories, at about 0.5 KB each.</summary>
    public const int MaxNegative = 50_000;

    // NRules looks at every combination, at about a microsecond each.
    private const int MaxCombinations = 4096;
    private const int MaxCombinationsOfAccount = 20_000;
    private const int MaxSettled = 10_000;
    private const int MaxUndecided = 1_000;

    private readonly CompositePlan _plan;
    private readonly StepFacts[] _steps;
    private readonly WaitingFacts _positive;
    private readonly WaitingFacts _negative;
    private readonly AwaitedRequests? _awaited;
    private readonly JoinRule _join;
    private readonly Stories _stories;
    private readonly CompositeMetrics _metrics;
    private readonly long _horizon;
    private readonly Dictionary<string, List<StepFact>> _new = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PriorityQueue<StepFact, long>> _ripening = new(StringComparer.Ordinal);
    private readonly HashSet<(StepFact Fact, long Ripe)> _ripeningOnce = [];
    private readonly Dictionary<string, int> _combinations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Version, long Time, long Until)> _settled = new(StringComparer.Ordinal);
    private readonly List<List<StepFact>> _undecided = [];
    private int _search;

    /// <param name="plan">The composite.</param>
    /// <param name="detections">The set it is in.</param>
    /// <param name="kept">Keeps findings.</param>
    /// <param name="stories">Tells stories.</param>
    /// <param name="metrics">Hears of what is dropped.</param>
    public CompositeRule(CompositePlan plan, DetectionSet detections, KeptFindings kept, Stories stories, CompositeMetrics metrics)
    {
        _plan = plan;
        _steps = [.. Enumerable.Range(0, plan.Parts.Length).Select(step => new StepFacts(plan, step))];
        _awaited = plan.Awaited < 0 ? null : new AwaitedRequests(plan, detections);
        _positive = new WaitingFacts(plan, kept, metrics, MaxPositive) { Removed = _awaited is null ? null : _awaited.Remove };
        _negative = new WaitingFacts(plan, kept, metrics, MaxNegative);
        _join = new JoinRule(plan);
        _stories = stories;
        _metrics = metrics;
        _horizon = plan.Definition.Within.Ticks + (plan.Definition.Steps[^1] is { IsNot: true, Within: { } after } ? after.Ticks : 0);
    }

    public CompositePlan Plan => _plan;

    /// <summary>Completes when stories can be told; until then they wait.</summary>
    public Task Ready => _join.Compiled;

    /// <summary>Whether anything waits for <see cref="Ready"/>.</summary>
    public bool IsUndecided => _undecided.Count > 0;

    /// <summary>The facts that wait.</summary>
    public IEnumerable<StepFact> Waiting => _positive.All.Concat(_negative.All);

    /// <summary>Takes a finding of one of its steps in.</summary>
    /// <param name="kept">The finding.</param>
    /// <param name="part">The step.</param>
    /// <param name="isWritten">Whether it is in the state already.</param>
    public void Add(KeptFinding kept, int part, bool isWritten = false)
    {
        foreach (var fact in _steps[part].Of(kept))
        {
            fact.Expires = fact.Time + Needed(part);
            if (!_plan.IsPositive(part))
            {
                _negative.Add(fact, isWritten);
                continue;
            }

            // What has been awaited is not kept, unless it cannot be decided at once.
            if (part != _plan.Awaited || _plan.Definition.IsProvisional || !_join.Compiled.IsCompleted)
            {
                _positive.Add(fact, isWritten);
            }

            Seek(fact);
        }
    }

    /// <summary>Takes in what it awaits of a batch, now that all else of the batch has been taken in.</summary>
    /// <returns>The stories that have become whole before that.</returns>
    public IReadOnlyList<Finding> Await(Events.EventBatch batch, Watermarks watermarks, Func<Finding, KeptFinding?> take)
    {
        if (_awaited is null)
        {
            return [];
        }

        var told = new List<Finding>();
        SearchNew(watermarks, told);
        _awaited.Find(batch, finding =>
        {
            if (take(finding) is { } kept)
            {
                Add(kept, _plan.Last);
            }
        });
        return told;
    }

    /// <summary>The stories that have become whole, by what has come in and what can come no more.</summary>
    /// <param name="watermarks">How far the clusters have come.</param>
    public List<Finding> Decide(Watermarks watermarks)
    {
        var told = new List<Finding>();
        _combinations.Clear();
        if (_undecided.Count > 0 && _join.Compiled.IsCompleted)
        {
            List<List<StepFact>> waited = [.. _undecided];
            _undecided.Clear();
            waited.ForEach(facts => Search(facts, watermarks, told, isNew: false));
        }

        SearchNew(watermarks, told);
        Ripen(watermarks, told);
        Expire(watermarks);
        return told;
    }

    /// <summary>Lets all go.</summary>
    public void Clear()
    {
        _positive.Clear();
        _negative.Clear();
    }

    private void SearchNew(Watermarks watermarks, List<Finding> told)
    {
        foreach (var (likeness, facts) in _new)
        {
            if (!IsSettled(likeness, facts))
            {
                Search(facts, watermarks, told, isNew: true, likeness);
            }
        }

        _new.Clear();
    }

    // Facts that differ in time alone are joined in one go.
    private void Seek(StepFact fact)
    {
        var likeness = $"{fact.Step}\0{fact.Source.Cluster}\0{fact.Source.Account}\0{string.Join('\0', fact.Values.Select(values => string.Join('\u0001', values)))}";
        if (!_new.TryGetValue(likeness, out var facts))
        {
            _new[likeness] = facts = [];
        }

        if (facts.Count == WaitingFacts.MaxAlike)
        {
            facts.RemoveAt(facts.Count - 1);
        }

        facts.Add(fact);
    }

    private void Search(List<StepFact> facts, Watermarks watermarks, List<Finding> told, bool isNew, string? likeness = null)
    {
        if (Gather(facts) is not { } gathered || !IsAffordable(gathered, facts[0]))
        {
            return;
        }

        if (!_join.Compiled.IsCompleted)
        {
            if (_undecided.Count == MaxUndecided)
            {
                _undecided.RemoveAt(0);
                _metrics.Forgets(_plan.Rule.Name, "work");
            }

            // They are decided after their batch is gone.
            facts.ForEach(fact => fact.Source.Finding.Materialize());
            _undecided.Add(facts);
            return;
        }

        var matches = _join.Match(gathered.SelectMany(list => list));
        var until = long.MaxValue;
        foreach (var story in matches.OrderBy(story => story.Max(fact => fact.Time)).ThenBy(story => story.Max(fact => fact.Sequence)))
        {
            until = Math.Min(until, Conclude(story, watermarks, told));
        }

        if (isNew && likeness is not null && facts[0].Step == _plan.Last && _plan.Definition.IsOrdered && !_plan.Definition.IsProvisional)
        {
            var newest = facts.Max(fact => fact.Time);
            if (gathered.TrueForAll(list => list.TrueForAll(fact => fact.Time <= newest)))
            {
                _ = _settled.Count < MaxSettled || Forgotten();
                _settled[likeness] = (_positive.Version + _negative.Version, newest, until);
            }
        }

        bool Forgotten()
        {
            _settled.Clear();
            return true;
        }
    }

    // Whether the same has been asked, nothing else has come since, and what there was to tell has been told.
    private bool IsSettled(string likeness, List<StepFact> facts) =>
        _settled.TryGetValue(likeness, out var settled) && settled.Version == _positive.Version + _negative.Version
        && facts.TrueForAll(fact => fact.Time >= settled.Time && fact.Time < settled.Until);

    /// <summary>Goes from part to part by key. Null if a step that must be there is not.</summary>
    private List<List<StepFact>>? Gather(List<StepFact> facts)
    {
        _search++;
        var gathered = Enumerable.Range(0, _plan.Parts.Length).Select(_ => new List<StepFact>()).ToList();
        gathered[facts[0].Step].AddRange(facts);
        facts.ForEach(fact => fact.Search = _search);
        foreach (var hop in _plan.From(facts[0].Step))
        {
            var isPositive = _plan.IsPositive(hop.To);
            Follow(hop, gathered[hop.From], gathered[hop.To]);
            if (isPositive && gathered[hop.To].Count == 0)
            {
                if (hop.To == _plan.Awaited)
                {
                    gathered[_awaited!.Part].ForEach(_awaited.Add);
                }

                return null;
            }
        }

        return gathered;
    }

    private void Follow(Hop hop, List<StepFact> from, List<StepFact> to)
    {
        var waiting = _plan.IsPositive(hop.To) ? _positive : _negative;
        foreach (var key in from.SelectMany(fact => StepKeys.Of(fact, hop.Places, hop.Index)).Distinct(StringComparer.Ordinal))
        {
            foreach (var fact in waiting.Find(key))
            {
                if (fact.Search != _search && fact.Source.Cluster == from[0].Source.Cluster)
                {
                    fact.Search = _search;
                    to.Add(fact);
                }
            }
        }
    }

    // Whoever makes more combinations than can be looked at loses the oldest of what makes them, and in the end the rest of a batch.
    private bool IsAffordable(List<List<StepFact>> gathered, StepFact seed)
    {
        var positive = _plan.Positive.Select(part => gathered[part]).ToList();
        while (Combinations() > MaxCombinations)
        {
            var largest = positive.MaxBy(list => list.Count)!;
            largest.Remove(largest.MinBy(fact => fact.Sequence)!);
            _metrics.Forgets(_plan.Rule.Name, "work");
        }

        var spent = _combinations.GetValueOrDefault(seed.Source.Account) + (int)Combinations();
        _combinations[seed.Source.Account] = spent;
        if (spent > MaxCombinationsOfAccount)
        {
            _metrics.Forgets(_plan.Rule.Name, "work");
        }

        return spent <= MaxCombinationsOfAccount;

        long Combinations() => positive.Aggregate(1L, (product, list) => product * list.Count);
    }

    // Returns until when the same story is no news.
    private long Conclude(StepFact[] story, Watermarks watermarks, List<Finding> told)
    {
        var cluster = story[0].Source.Cluster;
        if (_plan.Definition.IsProvisional && Ripe(story) is var ripe && ripe > watermarks.Of(cluster))
        {
            if (!_ripening.TryGetValue(cluster, out var queue))
            {
                _ripening[cluster] = queue = new PriorityQueue<StepFact, long>();
            }

            if (_ripeningOnce.Add((story[^1], ripe)))
            {
                queue.Enqueue(story[^1], ripe);
            }

            return long.MinValue;
        }

        return _stories.Tell(_plan, story, told);
    }

    // When nothing can come any more that would undo the story.
    private long Ripe(StepFact[] story)
    {
        var within = _plan.Definition.Within.Ticks;
        var (first, last) = (story.Min(fact => fact.Time), story.Max(fact => fact.Time));
        var ripe = last;
        for (var part = 0; part < _plan.Parts.Length; part++)
        {
            var step = _plan.Parts[part];
            if (step.IsNot)
            {
                ripe = Math.Max(ripe, !_plan.Definition.IsOrdered || step.IsAnywhere ? first + within
                    : part < _plan.Last ? last
                    : step.Within is { } after ? last + after.Ticks : first + within);
            }
        }

        return ripe;
    }

    private void Ripen(Watermarks watermarks, List<Finding> told)
    {
        foreach (var (cluster, queue) in _ripening)
        {
            var due = new HashSet<StepFact>();
            while (queue.TryPeek(out var fact, out var ripe) && ripe <= watermarks.Of(cluster))
            {
                queue.Dequeue();
                _ripeningOnce.Remove((fact, ripe));
                if (fact.IsWaiting)
                {
                    due.Add(fact);
                }
            }

            foreach (var fact in due.OrderBy(fact => fact.Time).ThenBy(fact => fact.Sequence))
            {
                Search([fact], watermarks, told, isNew: false);
            }
        }
    }

    private void Expire(Watermarks watermarks)
    {
        // What is to be decided late has to be there then.
        foreach (var cluster in _undecided.Count > 0 ? [] : watermarks.Clusters)
        {
            _positive.Expire(cluster, watermarks.Of(cluster), Extend);
            _negative.Expire(cluster, watermarks.Of(cluster), Extend);
        }
    }

    // How long after it happened a finding can be of use, before anybody looks whether it has anything to follow. The watermark is late by the lateness already.
    private long Needed(int part)
    {
        var (step, within) = (_plan.Parts[part], _plan.Definition.Within.Ticks);
        return !_plan.Definition.IsOrdered || step.IsAnywhere ? (step.IsNot ? 2 * within : within)
            : part < _plan.First ? (step.Within?.Ticks ?? within) + _horizon
            : part == _plan.First ? _horizon
            : 0;
    }

    // A finding of a later step stays only if there is one that it follows: one that comes later than this has not come in time.
    private bool Extend(StepFact fact)
    {
        var until = fact.Time + _horizon;
        var isLast = fact.Step == _plan.Last && !_plan.Definition.Steps[^1].IsNot;
        if (!_plan.Definition.IsOrdered || fact.Expires >= until || fact.Step <= _plan.First || isLast || !Follows(fact))
        {
            return false;
        }

        fact.Expires = until;
        return true;
    }

    private bool Follows(StepFact fact)
    {
        var earlier = _plan.From(fact.Step).Where(hop => hop.From == fact.Step && _plan.IsPositive(hop.To) && hop.To < fact.Step).ToList();
        return earlier.Count == 0 || earlier.Exists(hop => StepKeys.Of(fact, hop.Places, hop.Index).Any(key =>
            _positive.Find(key).Any(other => other.Time <= fact.Time && other.Source.Cluster == fact.Source.Cluster)));
    }
}
