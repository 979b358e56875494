namespace AuditWatch.Events.Derived;

/// <summary>Works one value out of an event, without making a copy.</summary>
internal delegate JsonValue JsonValueSource(in AuditEvent auditEvent);

/// <summary>A derived field that is one value, and what lies below it.</summary>
internal sealed class DerivedFieldPath(string name, JsonValueSource source, RelativePath below) : FieldPath(name)
{
    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => below.Any(source(auditEvent), visitor);

    public override bool Exists(in AuditEvent auditEvent) => below.Exists(source(auditEvent));

    internal override JsonValue Single(in AuditEvent auditEvent) => below.First(source(auditEvent));
}
