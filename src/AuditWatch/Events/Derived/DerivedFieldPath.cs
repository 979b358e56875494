using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>Works one value out of an event, without making a copy.</summary>
internal delegate JsonValue JsonValueSource(in AuditEvent auditEvent);

/// <summary>A derived field that is one value, and what lies below it.</summary>
/// <param name="name">The name of the field.</param>
/// <param name="source">Works the value out.</param>
/// <param name="below">Where in it.</param>
/// <param name="origins">The fields it is worked out of, if it is of fields found in the one pass only.</param>
internal sealed class DerivedFieldPath(string name, JsonValueSource source, RelativePath below, IReadOnlyList<EventField>? origins = null) : FieldPath(name)
{
    internal override IReadOnlyList<EventField>? Origins => origins;

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => below.Any(source(auditEvent), visitor);

    public override bool Exists(in AuditEvent auditEvent) => below.Exists(source(auditEvent));

    internal override JsonValue Single(in AuditEvent auditEvent) => below.First(source(auditEvent));
}
