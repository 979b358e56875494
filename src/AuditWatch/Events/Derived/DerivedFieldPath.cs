using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>Computes the value of a derived field from an event, without copying.</summary>
internal delegate JsonValue JsonValueSource(in AuditEvent auditEvent);

/// <summary>The path of a derived field with a single value, or of something below that value. Immutable.</summary>
/// <param name="name">The name of the field.</param>
/// <param name="source">Computes the value.</param>
/// <param name="below">The path below the value.</param>
/// <param name="origins">The well-known fields that it depends on, if it depends on no others.</param>
internal sealed class DerivedFieldPath(string name, JsonValueSource source, RelativePath below, IReadOnlyList<EventField>? origins = null) : FieldPath(name)
{
    internal override IReadOnlyList<EventField>? Origins => origins;

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => below.Any(source(auditEvent), visitor);

    public override bool Exists(in AuditEvent auditEvent) => below.Exists(source(auditEvent));

    internal override JsonValue Single(in AuditEvent auditEvent) => below.First(source(auditEvent));
}
