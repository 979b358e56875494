using AuditWatch.Events.Derived;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Reads a field of an event that a detection names: a dotted path in the event's JSON (<c>objectRef.resource</c>, <c>requestObject.spec.hostPID</c>,
/// <c>annotations.authorization.k8s.io/decision</c>) or a derived field (<c>actor</c>, <c>containers.image</c>). Immutable; safe for any number of threads.
/// </summary>
internal abstract class FieldPath
{
    /// <summary>Creates the path of a name.</summary>
    private protected FieldPath(string name)
    {
        Name = name;
        LeadsIntoBody = Redaction.IsBody(name);
    }

    /// <summary>The name as it was written.</summary>
    public string Name { get; }

    /// <summary>Whether the field is in a body, where values may be secret: see <see cref="Redaction.Hides"/>.</summary>
    internal bool LeadsIntoBody { get; }

    /// <summary>Parses the name of a field.</summary>
    /// <returns>
    /// Whether an audit event can have the field: whether the first key is a member of Event or a derived field, and the second, below users, <c>objectRef</c>
    /// and <c>responseStatus</c>, a member of those. The path can be used either way.
    /// </returns>
    public static bool TryParse(string name, out FieldPath path)
    {
        path = DerivedFields.TryCreate(name) ?? JsonFieldPath.Create(name);
        return path is not JsonFieldPath || EventSchema.Has(name);
    }

    /// <summary>Parses the name of a field that audit events can have.</summary>
    /// <exception cref="ArgumentException">No audit event has the field.</exception>
    public static FieldPath Parse(string name) =>
        TryParse(name, out var path) ? path : throw new ArgumentException($"no audit event has a field '{name}'", nameof(name));

    /// <summary>The indexed fields that the values of this one depend on; null if they depend on others, too.</summary>
    internal virtual IReadOnlyList<EventField>? Origins => null;

    /// <summary>Passes the field's values to the visitor, those in arrays one by one, until the visitor ends the walk.</summary>
    /// <returns>Whether the visitor ended it.</returns>
    public abstract bool Any(in AuditEvent auditEvent, IValueVisitor visitor);

    /// <summary>Whether the event has the field, be its value <c>null</c> or an empty array.</summary>
    public abstract bool Exists(in AuditEvent auditEvent);

    /// <summary>The field's only value, an array or object as a whole; missing if the event does not have the field, or the field can have several values.</summary>
    internal virtual JsonValue Single(in AuditEvent auditEvent) => default;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
