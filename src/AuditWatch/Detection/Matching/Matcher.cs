using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Whether an event matches an expression, evaluated without allocation. Immutable; safe for any number of threads.</summary>
internal abstract class Matcher
{
    public abstract bool Matches(in Subject subject);

    /// <summary>Adds the clauses that made an event match, as <c>field: value</c>. The event must match. Allocates.</summary>
    public virtual void Explain(in Subject subject, List<string> why)
    {
    }

    /// <summary>Adds the clauses that kept an event from matching, each with the value that it has instead. The event must not match. Allocates.</summary>
    public abstract void ExplainMiss(in Subject subject, List<string> misses);
}

/// <summary>What a matcher is applied to: an event, and within the modifier <c>any</c> one element of an array in it. Valid as long as the event's batch.</summary>
internal readonly ref struct Subject(AuditEvent auditEvent, JsonValue element = default)
{
    public AuditEvent Event { get; } = auditEvent;

    public JsonValue Element { get; } = element;
}
