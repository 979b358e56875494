using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AuditWatch.Detection.Indexing;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Finds in batches what detections look for: shows every event to the rules that could match it. Called by one thread at a time, batch after batch in the
/// order they arrived, but for <see cref="LookAhead"/>.
/// </summary>
public sealed class DetectionEngine
{
    /// <summary>How many matches are remembered so that a request counts once: those of many hours, at about 100 bytes each.</summary>
    public const int RequestMemoryCapacity = 100_000;

    private readonly CompiledRule[] _rules;
    private readonly RuleIndex _index;

    // One a thread that looks at events, with a memory of megabytes each.
    private readonly ConcurrentBag<RuleIndex> _idle;
    private readonly ulong[] _shownRequestReceived;
    private readonly ulong[] _shownOtherStages;
    private readonly RequestMemory _memory;

    // What was found ahead.
    private readonly ConditionalWeakTable<EventBatch, List<Finding>> _ahead = [];

    /// <summary>An engine for the rules of a set; correlations are another stage's business.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="previous">The engine this one replaces: it keeps the memory of what that one has found. Default: none.</param>
    public DetectionEngine(DetectionSet detections, DetectionEngine? previous = null)
    {
        _memory = previous?._memory ?? new RequestMemory(RequestMemoryCapacity);
        var carried = detections.CarriedFields();
        var counted = detections.Rules.Where(rule => rule.Correlation is not null).SelectMany(detections.ReferencedBy).ToHashSet();
        _rules = [.. detections.Rules.Where(rule => rule.Search is not null).Select(rule => new CompiledRule(rule, carried[rule.Name], counted.Contains(rule)))];
        _index = new RuleIndex([.. _rules.Select(rule => rule.Rule.Search!.Condition)]);
        _idle = [_index];
        _shownOtherStages = RuleMask.Of(_rules, _ => true);
        _shownRequestReceived = RuleMask.Of(_rules, rule => rule.SeesRequestReceived);
    }

    /// <summary>Takes the ids of findings that were made before a restart, the oldest first: they are not made again.</summary>
    public void Remember(ReadOnlySpan<UInt128> findings)
    {
        foreach (var id in findings)
        {
            _memory.Add(id);
        }
    }

    /// <summary>
    /// Finds the requests that detections match, each detection and request once, however many stages and repeats of it arrive.
    /// Adds the findings to <paramref name="findings"/> in the order of the events.
    /// </summary>
    /// <param name="batch">The events; read, and not kept.</param>
    /// <param name="findings">
    /// Where the findings go, valid as long as the batch: see <see cref="Finding.Settled"/>. Those that count towards correlations carry their values for them.
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
            if (found[i] is var finding && _memory.Add(finding.Id))
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
    public void LookAhead(EventBatch batch)
    {
        try
        {
            _ahead.Add(batch, Find(batch) ?? []);
        }
        catch (Exception)
        {
            // Detect fails on it in the same way, where failures are counted.
        }
    }

    private List<Finding>? Find(EventBatch batch)
    {
        var index = _idle.TryTake(out var idle) ? idle : _index.Fork();
        List<Finding>? found = null;
        Span<ulong> candidates = stackalloc ulong[index.Words];
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            (auditEvent.IsRequestReceived ? _shownRequestReceived : _shownOtherStages).CopyTo(candidates);
            if (!index.Narrow(auditEvent, candidates))
            {
                continue;
            }

            MatchedEvent? match = null;
            for (var place = RuleIndex.Take(candidates); place >= 0; place = RuleIndex.Take(candidates))
            {
                if (_rules[place].MatchesRest(auditEvent))
                {
                    match ??= new MatchedEvent(auditEvent);
                    (found ??= []).Add(new Finding(_rules[place], match));

                    // What is needed in any case is made here, where it may be ahead of the stages.
                    _ = _rules[place].IsCounted ? match.Request : null;
                }
            }
        }

        _idle.Add(index);
        return found;
    }
}
