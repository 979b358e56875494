using AuditWatch.Detection.Matching;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>The engine: shows every event to the rules that could match it. Not thread-safe.</summary>
public sealed class DetectionEngine : IDetectionEngine
{
    /// <summary>How many matches are remembered so that a request counts once: those of many hours, at about 100 bytes each.</summary>
    public const int RequestMemoryCapacity = 100_000;

    private readonly CompiledRule[] _rules;
    private readonly RuleIndex _index;
    private readonly ulong[] _shownRequestReceived;
    private readonly ulong[] _shownOtherStages;
    private readonly ulong[] _candidates;
    private readonly RequestMemory _memory;

    /// <summary>An engine for the rules of a set; correlations are another stage's business.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="previous">The engine this one replaces: it keeps the memory of what that one has found. Default: none.</param>
    public DetectionEngine(DetectionSet detections, DetectionEngine? previous = null)
    {
        _memory = previous?._memory ?? new RequestMemory(RequestMemoryCapacity);
        var carried = detections.CarriedFields();
        _rules = [.. detections.Rules.Where(rule => rule.Search is not null).Select(rule => new CompiledRule(rule, carried[rule.Name]))];
        _index = new RuleIndex([.. _rules.Select(rule => rule.Rule.Search!.Condition)]);
        _candidates = new ulong[_index.Words];
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

    /// <inheritdoc/>
    public void Detect(EventBatch batch, ICollection<Finding> findings)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            (auditEvent.IsRequestReceived ? _shownRequestReceived : _shownOtherStages).CopyTo(_candidates);
            _index.Narrow(auditEvent, _candidates);
            for (var place = RuleIndex.Take(_candidates); place >= 0; place = RuleIndex.Take(_candidates))
            {
                var rule = _rules[place];
                if (rule.Matches(auditEvent) && _memory.Add(rule.Rule.Name, auditEvent, out var id))
                {
                    findings.Add(rule.Find(auditEvent, id));
                }
            }
        }
    }
}
