using System.Runtime.InteropServices;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Sharing;

namespace AuditWatch.Composites;

/// <summary>
/// One composite at work. A finding waits, or goes, with the facts that are made of it; those new in a batch search for the others of a story by key,
/// and only if all steps that must be there are, NRules says which of them make one. What a further finding could undo is asked again when none
/// can come any more. Nothing depends on the order of arrival but what an <c>until</c> ends. It is long for one class because what waits, what is sought
/// and what is asked again are the same facts. Not thread-safe.
/// </summary>
internal sealed class CompositeRule
{
    /// <summary>The most facts of steps that must be there, at about 1.5 KB each. 10,000, or what there is memory for.</summary>
    public static readonly int MaxPositive = MemoryScale.Of(10_000);

    /// <summary>The most facts of steps that must not be there, and of what ends stories, at about 0.5 KB each. 50,000, or what there is memory for.</summary>
    public static readonly int MaxNegative = MemoryScale.Of(50_000);

    private const int MaxUndecided = 1_000;

    private readonly CompositePlan _plan;
    private readonly StepFacts[] _steps;
    private readonly WaitingFacts _positive;
    private readonly WaitingFacts _negative;
    private readonly AwaitedRequests? _awaited;
    private readonly JoinRule _join;
    private readonly Stories _stories;
    private readonly CompositeMetrics _metrics;
    private readonly StepLifetimes _lifetimes;
    private readonly RipeningStories _ripening;
    private readonly StorySearch _search;
    private readonly Dictionary<FactLikeness, List<StepFact>> _new = [];
    private readonly Stack<List<StepFact>> _spare = new();
    private readonly List<StepFact> _facts = [];
    private readonly List<ulong> _keys = [];
    private readonly AnsweredSearches _answered = new();
    private readonly List<List<StepFact>> _undecided = [];

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
        _lifetimes = new StepLifetimes(plan);
        _ripening = new RipeningStories(_lifetimes);
        _search = new StorySearch(plan, _positive, _negative, metrics);
    }

    public CompositePlan Plan => _plan;

    /// <summary>Completes when stories can be told; until then they wait.</summary>
    public Task Ready => _join.Compiled;

    /// <summary>
    /// Whether a search waits until its rule is compiled, so that the findings of a log come in the same order each time. Default: no; it is decided with a later batch.
    /// </summary>
    public bool WaitsUntilReady { get; set; }

    /// <summary>Whether anything waits for <see cref="Ready"/>.</summary>
    public bool IsUndecided => _undecided.Count > 0;

    /// <summary>The facts that wait.</summary>
    public IEnumerable<StepFact> Waiting => _positive.All.Concat(_negative.All);

    /// <summary>Takes a finding of one of its steps in.</summary>
    /// <param name="kept">The finding.</param>
    /// <param name="part">The step.</param>
    /// <param name="isWritten">Whether it is in the state already.</param>
    /// <returns>Of the facts that search for others, what they have in common with those that differ from them in time alone; null for a repeat of what is awaited.</returns>
    public IReadOnlyList<FactLikeness>? Add(KeptFinding kept, int part, bool isWritten = false)
    {
        if (part == _plan.Awaited)
        {
            if (kept.AwaitedBy?.Contains(this) == true)
            {
                return null;
            }

            (kept.AwaitedBy ??= []).Add(this);
        }

        _facts.Clear();
        _steps[part].Add(_facts, kept);
        foreach (var fact in _facts)
        {
            fact.Expires = fact.Time + _lifetimes.Initial(part);
            if (!_plan.IsPositive(part))
            {
                _negative.Add(fact, isWritten);
                continue;
            }

            // What has been awaited is not kept, unless it cannot be decided at once.
            if (part != _plan.Awaited || !DecidesAtOnce)
            {
                _positive.Add(fact, isWritten);
            }

            Seek(fact);
        }

        return part == _plan.Awaited ? [.. _facts.Select(fact => fact.Likeness)] : [];
    }

    /// <summary>Takes in what it awaits of a batch, now that all else of the batch has been taken in.</summary>
    /// <returns>The stories that have become whole before that.</returns>
    public IReadOnlyList<Finding> Await(EventBatch batch, RequestAccounts accounts, Watermarks watermarks, Func<Finding, KeptFinding> admit)
    {
        if (_awaited is null)
        {
            return [];
        }

        var told = new List<Finding>();
        SearchNew(watermarks, told);
        _awaited.Find(batch, accounts, finding => Add(admit(finding), _plan.Last), DecidesAtOnce ? IsAnswered : null);
        return told;

        bool IsAnswered(IReadOnlyList<FactLikeness> likenesses, AuditEvent auditEvent)
        {
            var time = watermarks.Sane(auditEvent.Time, batch.ReceivedAt);
            return likenesses.All(likeness => _answered.Contains(likeness, time));
        }
    }

    /// <summary>The stories that have become whole, by what has come in and what can come no more.</summary>
    /// <param name="watermarks">How far the clusters have come.</param>
    public List<Finding> Decide(Watermarks watermarks)
    {
        var told = new List<Finding>();
        _search.BeginBatch();
        if (_undecided.Count > 0 && CanDecide)
        {
            List<List<StepFact>> waited = [.. _undecided];
            _undecided.Clear();
            waited.ForEach(facts => Search(facts, watermarks, told, isNew: false));
        }

        SearchNew(watermarks, told);
        foreach (var fact in _ripening.Due(watermarks))
        {
            Search([fact], watermarks, told, isNew: false);
        }

        Expire(watermarks);
        return told;
    }

    /// <summary>Lets all go.</summary>
    public void Clear()
    {
        _positive.Clear();
        _negative.Clear();
    }

    private bool CanDecide => WaitsUntilReady || _join.Compiled.IsCompleted;

    private bool DecidesAtOnce => !_plan.Definition.IsProvisional && CanDecide;

    private void SearchNew(Watermarks watermarks, List<Finding> told)
    {
        foreach (var (likeness, facts) in _new)
        {
            if (!_answered.Contains(likeness, facts))
            {
                Search(facts, watermarks, told, isNew: true, likeness);
            }

            facts.Clear();
            _spare.Push(facts);
        }

        _new.Clear();
    }

    // Facts that differ in time alone are joined in one go.
    private void Seek(StepFact fact)
    {
        ref var facts = ref CollectionsMarshal.GetValueRefOrAddDefault(_new, fact.Likeness, out _);
        facts ??= _spare.TryPop(out var spare) ? spare : [];
        if (facts.Count == WaitingFacts.MaxAlike)
        {
            facts.RemoveAt(facts.Count - 1);
        }

        facts.Add(fact);
    }

    private void Search(List<StepFact> facts, Watermarks watermarks, List<Finding> told, bool isNew, FactLikeness? likeness = null)
    {
        if (_search.Gather(facts, out var awaiting) is not { } gathered)
        {
            awaiting?[_awaited!.Part].ForEach(_awaited.Add);
            return;
        }

        if (!CanDecide)
        {
            if (_undecided.Count == MaxUndecided)
            {
                _undecided.RemoveAt(0);
                _metrics.Forgets(_plan.Rule.Name, "work");
            }

            // They are decided after their batch is gone.
            facts.ForEach(fact => fact.Source.Finding.Materialize());
            _undecided.Add([.. facts]);
            return;
        }

        var until = Tell(_join.Match(gathered), watermarks, told);
        if (isNew && likeness is { } like && facts[0].Step == _plan.Last && _plan.Definition.IsOrdered && !_plan.Definition.IsProvisional)
        {
            Answer(like, facts, gathered, until);
        }
    }

    // Until when each of the stories is no news.
    private long Tell(IReadOnlyList<StepFact[]> stories, Watermarks watermarks, List<Finding> told)
    {
        var until = long.MaxValue;
        foreach (var story in stories.OrderBy(story => story.Max(fact => fact.Time)).ThenBy(story => story.Max(fact => fact.Sequence)))
        {
            var isOpen = _plan.Definition.IsProvisional && !_ripening.IsRipe(story, watermarks.Of(story[0].Source.Cluster));
            until = Math.Min(until, isOpen ? long.MinValue : _stories.Tell(_plan, story, told));
        }

        return until;
    }

    private void Answer(FactLikeness likeness, List<StepFact> facts, List<List<StepFact>> gathered, long until)
    {
        var newest = facts.Max(fact => fact.Time);
        // A finding makes no story with itself, but one like it may.
        if (gathered.TrueForAll(list => list.TrueForAll(fact => fact.Time <= newest && (fact.Step == _plan.Last || !facts.Exists(seed => seed.Source == fact.Source)))))
        {
            _answered.Add(likeness, _search.Places, newest, until);
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

    // A finding of a later step stays only if there is one that it follows.
    private bool Extend(StepFact fact)
    {
        if (_lifetimes.IfFollowing(fact) is not { } until || !Follows(fact))
        {
            return false;
        }

        fact.Expires = until;
        return true;
    }

    private bool Follows(StepFact fact)
    {
        var isFirst = true;
        foreach (var hop in _plan.From(fact.Step))
        {
            if (hop.From == fact.Step && _plan.IsPositive(hop.To) && hop.To < fact.Step)
            {
                isFirst = false;
                _keys.Clear();
                StepKeys.Add(_keys, fact, hop.Places, hop.Index);
                foreach (var key in _keys)
                {
                    foreach (var other in _positive.Find(key))
                    {
                        if (other.Time <= fact.Time && other.Source.Cluster == fact.Source.Cluster)
                        {
                            return true;
                        }
                    }
                }
            }
        }

        return isFirst;
    }
}
