using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>What a matcher looks at: an event, and within <c>|any</c> one element of an array in it.</summary>
internal readonly ref struct Subject(AuditEvent auditEvent, JsonValue element = default)
{
    public AuditEvent Event { get; } = auditEvent;

    public JsonValue Element { get; } = element;
}
