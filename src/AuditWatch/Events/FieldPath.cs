using AuditWatch.Events.Derived;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// A field as detections, summaries and group-by name it: a dotted path in the event's JSON (<c>objectRef.resource</c>,
/// <c>requestObject.spec.hostPID</c>, <c>annotations.authorization.k8s.io/decision</c>) or a derived field (<c>actor</c>, <c>containers.image</c>).
/// Immutable; safe for any number of threads.
/// </summary>
public abstract class FieldPath
{
    /// <summary>A field with the given name.</summary>
    private protected FieldPath(string name)
    {
        Name = name;
        LeadsIntoBody = Redaction.IsBody(name);
    }

    /// <summary>The name as it was written.</summary>
    public string Name { get; }

    /// <summary>Whether it stands in a body, of which not everything may be shown: see <see cref="Redaction.Hides"/>.</summary>
    internal bool LeadsIntoBody { get; }

    /// <summary>The field named <paramref name="name"/>.</summary>
    /// <returns>
    /// Whether an audit event can have such a field: whether the path begins with a member of Event or a derived field, and
    /// goes on as the members of users, <c>objectRef</c> and <c>responseStatus</c> are called.
    /// </returns>
    public static bool TryParse(string name, out FieldPath path)
    {
        path = DerivedFields.TryCreate(name) ?? JsonFieldPath.Create(name);
        return path is not JsonFieldPath || EventSchema.Has(name);
    }

    /// <summary>The field named <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">No audit event has such a field.</exception>
    public static FieldPath Parse(string name) =>
        TryParse(name, out var path) ? path : throw new ArgumentException($"no audit event has a field '{name}'", nameof(name));

    /// <summary>The fields found in the one pass that everything about this one depends on; null if it depends on more than such fields.</summary>
    internal virtual IReadOnlyList<EventField>? Origins => null;

    /// <summary>Shows the field's values to the visitor, elements of arrays one by one, until one is enough.</summary>
    /// <returns>Whether one was enough.</returns>
    public abstract bool Any(in AuditEvent auditEvent, IValueVisitor visitor);

    /// <summary>Whether the event has the field at all, <c>null</c> and empty arrays included.</summary>
    public abstract bool Exists(in AuditEvent auditEvent);

    /// <summary>The value itself, an array or object whole; missing if there is none, or if the field can have several.</summary>
    internal virtual JsonValue Single(in AuditEvent auditEvent) => default;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
