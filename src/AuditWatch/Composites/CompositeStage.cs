using AuditWatch.Correlation;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.State;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Composites;

/// <summary>
/// The stage after correlation: findings in, findings of composites out. A composite says what findings of other detections must be to each other (who
/// is the same in both, what came first, what must not have been); what they mean together is decided by NRules, which is made for joining few facts by
/// different fields and too slow to see them all. So the folder is about keeping facts few:
/// <code>
///   finding ─▶ StepFacts ─▶ WaitingFacts ──by key──▶ all steps there? ─▶ JoinRule (NRules) ─▶ Stories ─▶ finding
///              what a step     bounded, fair,          (CompositePlan,       which of them        once in a
///              is joined by    expires in time          CompositeRule)       make a story         dedup window
/// </code>
/// Event time, in each cluster for itself: findings may arrive in any order within the lateness, repeats count once, and what further findings could undo is
/// told when none can come any more. What happens all the time is not kept, but looked for where a story waits for it (<see cref="AwaitedRequests"/>).
/// What waits and what has been told survives a restart through the state. It is long for one class because a batch, time, a restart and new detections all reach the same facts through it. Not thread-safe.
/// </summary>
internal sealed class CompositeStage
{
    private readonly DetectionSet _detections;
    private readonly CompositeRule[] _rules;
    private readonly Dictionary<string, (CompositeRule Rule, int Part)[]> _steps;
    private readonly HashSet<string> _shown;
    private readonly KeptFindings _kept;
    private readonly ToldStories _told = new();
    private readonly Watermarks _watermarks;
    private readonly CorrelationBursts _bursts = new();
    private readonly ObservationStarts _observed = new();
    private readonly RequestAccounts _accounts = new();
    private readonly EventFailures _failures;

    /// <summary>A stage for the composites of a set.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="lateness">How far behind others of its cluster, in event time, a finding may arrive. Default: five minutes.</param>
    /// <param name="logger">Hears of what is forgotten, once for each composite. Default: nobody does.</param>
    /// <param name="failures">Hears of findings that it fails on. Default: nobody does.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public CompositeStage(DetectionSet detections, TimeSpan? lateness = null, ILogger<CompositeStage>? logger = null, EventFailures? failures = null, ServiceMetrics? metrics = null)
    {
        _failures = failures ?? new EventFailures();
        _kept = new KeptFindings(_failures);
        _detections = detections;
        _watermarks = new Watermarks(lateness ?? Correlator.DefaultLateness);
        var counted = new CompositeMetrics((metrics ?? ServiceMetrics.Shared).Composites, logger ?? NullLogger<CompositeStage>.Instance);
        var stories = new Stories(_told, _observed.Of, counted);
        _rules = [.. detections.Rules.Where(rule => rule.Composite is not null).Select(rule => new CompositeRule(new CompositePlan(rule, detections), detections, _kept, stories, counted))];
        var parts = _rules.SelectMany(rule => rule.Plan.Parts.SelectMany((part, i) => detections.Rules.Where(one => part.Rules.Any(reference => reference.IsTo(one))).Select(one => (one.Name, Rule: rule, Part: i)))).ToList();
        _steps = parts.GroupBy(part => part.Name, part => (part.Rule, part.Part), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _shown = [.. parts.Where(part => part.Rule.Plan.IsPositive(part.Part)).Select(part => part.Name)];
    }

    /// <summary>Completes when composites can tell their stories: until then they wait, and are told with the next batch. Begins to compile them.</summary>
    public Task Ready => Task.WhenAll(_rules.Select(rule => rule.Ready));

    /// <summary>As <see cref="CompositeRule.WaitsUntilReady"/>, of all.</summary>
    internal bool WaitsUntilReady { set => Array.ForEach(_rules, rule => rule.WaitsUntilReady = value); }

    /// <summary>Whether a story waits for <see cref="Ready"/>.</summary>
    internal bool IsUndecided => _rules.Any(rule => rule.IsUndecided);

    /// <summary>Takes in what a batch has brought.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="found">What detections have found in it, first seen or not.</param>
    /// <param name="fired">The correlations whose thresholds stood reached.</param>
    /// <returns>The findings of composites.</returns>
    public IReadOnlyList<Finding> Join(EventBatch batch, IReadOnlyList<Finding> found, IReadOnlyList<Finding> fired)
    {
        if (_rules.Length == 0)
        {
            return [];
        }

        if (batch.Count > 0)
        {
            See(batch.Origin.Cluster, batch[0].Time, batch.ReceivedAt);
            See(batch.Origin.Cluster, batch[^1].Time, batch.ReceivedAt);
        }

        foreach (var finding in found)
        {
            if (finding.HasTime && _steps.TryGetValue(finding.Detection.Name, out var steps))
            {
                Add(finding, steps, batch.ReceivedAt);
            }
        }

        foreach (var finding in fired)
        {
            if (_steps.TryGetValue(finding.Detection.Name, out var steps))
            {
                Add(finding, steps, batch.ReceivedAt, isCorrelation: true);
            }
        }

        _accounts.Begin(batch);
        var told = ForEachRule(rule => rule.Await(batch, _accounts, _watermarks, finding => _kept.AdmitAwaited(finding, _watermarks.Sane(finding.Time, batch.ReceivedAt))));
        return [.. told, .. Decide()];
    }

    /// <summary>Says that time goes by, whether anything arrives or not: what does not happen has to be told as well.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The findings of composites.</returns>
    public IReadOnlyList<Finding> Tick(DateTimeOffset now)
    {
        if (_rules.Length == 0)
        {
            return [];
        }

        _watermarks.Tick(now);
        return Decide();
    }

    /// <summary>Says that nothing more will arrive that happened before the latest event: at the end of a log. Waits until composites can be decided.</summary>
    /// <param name="after">How much longer nothing has happened. Default: nothing is known of the time after.</param>
    /// <returns>The findings of composites.</returns>
    public IReadOnlyList<Finding> Complete(TimeSpan after = default)
    {
        _watermarks.Complete(after);
        var told = Decide();
        if (!IsUndecided)
        {
            return told;
        }

        Ready.GetAwaiter().GetResult();
        return [.. told, .. Decide()];
    }

    /// <summary>Of each composite, what stands in the way of the story that has come furthest, in words.</summary>
    /// <param name="except">The composites to leave out, by name: those that have told a story. Default: none.</param>
    public IReadOnlyList<string> Missing(IReadOnlySet<string>? except = null) => [.. _rules.Where(rule => except?.Contains(rule.Plan.Rule.Name) != true).SelectMany(rule => MissingSteps.Of(rule.Plan, [.. rule.Waiting]))];

    /// <summary>Adds what has changed since the last call to what is committed.</summary>
    public void Record(StateChanges changes)
    {
        _kept.Record(changes);
        _told.Record(changes);
        _observed.Record(changes);
    }

    /// <summary>Goes on where the state was left; once, before the first batch. What detections can no longer use of it is let go.</summary>
    /// <param name="store">The state.</param>
    /// <param name="now">The time: what is later in the state, because the clock has been set back since, waits for no later one.</param>
    public void Restore(IStateStore store, DateTimeOffset now)
    {
        if (_rules.Length > 0)
        {
            _told.Restore(store, now.UtcTicks + _rules.Max(rule => rule.Plan.Rule.DedupWindow.Ticks));
        }

        _observed.Restore(store, now.UtcTicks);
        var unused = new StateChanges();
        foreach (var row in store.Read(StateTables.CompositeFindings))
        {
            var kept = _kept.Restore(row.Text("key"), KeptRecord.Read(row.Bytes("value")), _detections);
            if (kept is not null)
            {
                Add(kept, _steps.GetValueOrDefault(kept.Finding.Detection.Name, []), isWritten: true);
                _watermarks.Advance(kept.Cluster, Math.Min(kept.Time, now.UtcTicks), DateTimeOffset.MinValue);
            }

            if (kept is not { Facts: > 0 })
            {
                unused.Delete(StateTables.CompositeFindings, row.Text("key"));
            }
        }

        if (unused.All.Count > 0)
        {
            store.CommitAsync(unused);
        }
    }

    /// <summary>Takes over what the stage before it knows, when detections change; that one is not used any more.</summary>
    public void Import(CompositeStage previous)
    {
        _told.Import(previous._told);
        _observed.Import(previous._observed);
        _watermarks.Import(previous._watermarks);
        _kept.Import(previous._kept, _detections, kept => Add(kept, _steps.GetValueOrDefault(kept.Finding.Detection.Name, []), isWritten: false));
        foreach (var rule in previous._rules)
        {
            rule.Clear();
        }
    }

    private List<Finding> Decide() => ForEachRule(rule => rule.Decide(_watermarks));

    private List<Finding> ForEachRule(Func<CompositeRule, IReadOnlyList<Finding>> ask)
    {
        var told = new List<Finding>();
        foreach (var rule in _rules)
        {
            try
            {
                told.AddRange(ask(rule));
            }
            catch (Exception problem)
            {
                _failures.Add("composite", rule.Plan.Rule.Name, "", "", null, problem);
            }
        }

        return told;
    }

    private void Add(Finding finding, (CompositeRule Rule, int Part)[] steps, DateTimeOffset receivedAt, bool isCorrelation = false)
    {
        try
        {
            var time = See(finding.Cluster, finding.Time, receivedAt);
            if ((!isCorrelation || _bursts.IsBeginning(finding)) && _kept.Admit(finding, time, _shown.Contains(finding.Detection.Name)) is { } kept)
            {
                Add(kept, steps, isWritten: false);
            }
        }
        catch (Exception problem)
        {
            _failures.Add("composite", finding, problem);
        }
    }

    private static void Add(KeptFinding kept, (CompositeRule Rule, int Part)[] steps, bool isWritten)
    {
        foreach (var (rule, part) in steps)
        {
            rule.Add(kept, part, isWritten);
        }
    }

    // What must not have been there before is known only from the first event on.
    private long See(string cluster, DateTimeOffset at, DateTimeOffset receivedAt)
    {
        var time = _watermarks.Sane(at, receivedAt);
        if (_watermarks.Advance(cluster, time, receivedAt))
        {
            foreach (var rule in _rules.Where(rule => rule.Plan.Parts[0].IsNot))
            {
                _observed.Begin(rule.Plan, cluster, time);
            }
        }

        return time;
    }
}
