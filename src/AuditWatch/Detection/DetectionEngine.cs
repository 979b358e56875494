using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>The engine: shows every event to every rule that could match it. Not thread-safe.</summary>
public sealed class DetectionEngine : IDetectionEngine
{
    /// <summary>How many matches are remembered so that a request counts once: those of many hours, at about 100 bytes each.</summary>
    public const int RequestMemoryCapacity = 100_000;

    private readonly CompiledRule[] _rules;
    private readonly CompiledRule[] _rulesForRequestReceived;
    private readonly RequestMemory _memory = new(RequestMemoryCapacity);

    /// <summary>An engine for the rules of a set; correlations are another stage's business.</summary>
    public DetectionEngine(DetectionSet detections)
    {
        var carried = detections.CarriedFields();
        _rules = [.. detections.Rules.Where(rule => rule.Search is not null).Select(rule => new CompiledRule(rule, carried[rule.Name]))];
        _rulesForRequestReceived = [.. _rules.Where(rule => rule.SeesRequestReceived)];
    }

    /// <inheritdoc/>
    public void Detect(EventBatch batch, ICollection<Finding> findings)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            foreach (var rule in auditEvent.IsRequestReceived ? _rulesForRequestReceived : _rules)
            {
                if (rule.Matches(auditEvent) && _memory.Add(rule.Rule.Name, auditEvent))
                {
                    findings.Add(rule.Find(auditEvent));
                }
            }
        }
    }
}
