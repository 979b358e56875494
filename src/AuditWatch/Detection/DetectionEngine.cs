using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AuditWatch.Detection.Indexing;
using AuditWatch.Detection.Matching;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Matches events against the rules on single events of a set. The index narrows the rules down to those that an event could match; only these are evaluated.
/// One thread at a time, batch after batch in the order of arrival, except <see cref="LookAhead"/>.
/// </summary>
internal sealed class DetectionEngine
{
    /// <summary>How many of the latest findings repeats are recognised of: 100,000, which take about 10 MB and last for many hours.</summary>
    public const int DeduplicationCapacity = 100_000;

    private readonly CompiledRule[] _rules;
    private readonly Disjunct[] _disjuncts;
    private readonly RuleIndex _index;

    // One for each thread that looks at events. Its caches take megabytes.
    private readonly ConcurrentBag<RuleIndex> _idle;
    private readonly ulong[] _rulesForRequestReceived;
    private readonly ulong[] _rulesForOtherStages;
    private readonly RecentIdSet _found;
    private readonly EventFailures _failures;

    // The findings of LookAhead, until Detect comes to their batch.
    private readonly ConditionalWeakTable<EventBatch, List<Finding>> _ahead = [];

    /// <summary>Creates an engine for the rules on single events of a set; correlations, composites and what they await are evaluated by later stages.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="previous">The engine that this one replaces, from which it takes over the ids of the latest findings. Default: none.</param>
    /// <param name="failures">Hears of events that detections fail on. Default: nobody does.</param>
    public DetectionEngine(DetectionSet detections, DetectionEngine? previous = null, EventFailures? failures = null)
    {
        _failures = failures ?? new EventFailures();
        _found = previous?._found ?? new RecentIdSet(DeduplicationCapacity);
        var carried = detections.CarriedFields();
        var joined = detections.JoinedFields();
        var counted = detections.Rules.Where(rule => rule.Correlation is not null).SelectMany(detections.ReferencedBy).ToHashSet();
        _rules =
        [
            .. detections.Rules.Where(rule => rule.Search is not null && !rule.IsAwaited)
                .Select(rule => new CompiledRule(rule, carried[rule.Name], counted.Contains(rule), joined[rule.Name])),
        ];
        _disjuncts = [.. _rules.SelectMany(Disjunct.Of)];
        _index = new RuleIndex([.. _disjuncts.Select(disjunct => disjunct.Condition)]);
        _idle = [_index];
        _rulesForOtherStages = RuleMask.Of(_disjuncts, _ => true);
        _rulesForRequestReceived = RuleMask.Of(_disjuncts, disjunct => disjunct.Rule.SeesRequestReceived);
    }

    /// <summary>Restores the ids of findings that were made before a restart, the oldest first: these findings are not made again.</summary>
    public void Restore(ReadOnlySpan<UInt128> findings)
    {
        foreach (var id in findings)
        {
            _found.Add(id);
        }
    }

    /// <summary>
    /// Finds the requests that detections match, each detection and request once, however many stages and repeats of it arrive.
    /// Adds the findings to <paramref name="findings"/> in the order of the events.
    /// </summary>
    /// <param name="batch">The events; read, and not kept.</param>
    /// <param name="findings">
    /// Where the findings go, valid as long as the batch: see <see cref="Finding.Materialize"/>. Those that count towards correlations carry their values for them.
    /// </param>
    public void Detect(EventBatch batch, ICollection<Finding> findings)
    {
        if (_ahead.TryGetValue(batch, out var found))
        {
            _ahead.Remove(batch);
        }
        else
        {
            found = Find(batch);
        }

        for (var i = 0; i < found?.Count; i++)
        {
            // An event that was looked at twice has its findings twice.
            if (found[i] is var finding && _found.Add(finding.Id))
            {
                findings.Add(finding);
            }
        }
    }

    /// <summary>
    /// Does ahead of time what <see cref="Detect"/> need not do in the order of the batches, for one that will be given to it. Called by any thread, also
    /// while others are at other batches or at <see cref="Detect"/>.
    /// </summary>
    /// <param name="batch">The events; nothing is said about them yet.</param>
    public void LookAhead(EventBatch batch) => _ahead.Add(batch, Find(batch) ?? []);

    private List<Finding>? Find(EventBatch batch)
    {
        var index = _idle.TryTake(out var idle) ? idle : _index.Fork();
        List<Finding>? found = null;
        for (var next = 0; next < batch.Count; next++)
        {
            try
            {
                Find(batch, index, ref next, ref found);
            }
            catch (Exception problem)
            {
                // What the index knew of the event may be half done.
                index = _index.Fork();
                FindWithoutIndex(batch[next], problem, ref found);
            }
        }

        _idle.Add(index);
        return found;
    }

    private void Find(EventBatch batch, RuleIndex index, ref int next, ref List<Finding>? found)
    {
        Span<ulong> candidates = stackalloc ulong[index.Words];
        for (; next < batch.Count; next++)
        {
            var auditEvent = batch[next];
            (auditEvent.IsRequestReceived ? _rulesForRequestReceived : _rulesForOtherStages).CopyTo(candidates);
            if (!index.Narrow(auditEvent, candidates))
            {
                continue;
            }

            // The disjuncts of a rule stand together. One that holds is enough, and what is left open of several need not be asked twice.
            MatchedEvent? match = null;
            CompiledRule? matched = null;
            Matcher? failed = null;
            var subject = new Subject(auditEvent);
            for (var place = RuleMask.RemoveFirst(candidates); place >= 0; place = RuleMask.RemoveFirst(candidates))
            {
                var disjunct = _disjuncts[place];
                if (disjunct.Rule == matched || disjunct.Rest == failed)
                {
                    continue;
                }

                if (disjunct.Rest.Matches(subject))
                {
                    matched = disjunct.Rule;
                    Add(matched, match ??= new MatchedEvent(auditEvent), ref found);
                }
                else
                {
                    failed = disjunct.Rest;
                }
            }
        }
    }

    // One rule after the other: the event is lost only for those that cannot judge it.
    private void FindWithoutIndex(in AuditEvent auditEvent, Exception problem, ref List<Finding>? found)
    {
        var failed = new List<string>();
        var match = new MatchedEvent(auditEvent);
        foreach (var rule in _rules)
        {
            try
            {
                if ((rule.SeesRequestReceived || !auditEvent.IsRequestReceived) && rule.Matches(auditEvent))
                {
                    Add(rule, match, ref found);
                }
            }
            catch (Exception own)
            {
                failed.Add(rule.Rule.Name);
                problem = own;
            }
        }

        _failures.Add("detection", auditEvent, failed, problem);
    }

    private static void Add(CompiledRule rule, MatchedEvent match, ref List<Finding>? found)
    {
        (found ??= []).Add(new Finding(rule, match));

        // A correlation keeps the request in any case: its snapshot is taken here, where it may be on another thread and ahead of time.
        _ = rule.IsCounted ? match.Request : null;
    }
}
