using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>A path in the event's JSON. It is walked from the indexed field that its beginning names, if there is one, otherwise from the top. Immutable.</summary>
internal sealed class JsonFieldPath : FieldPath
{
    private readonly EventField? _from;
    private readonly RelativePath _rest;

    private JsonFieldPath(string name, EventField? from, RelativePath rest)
        : base(name)
    {
        _from = from;
        _rest = rest;
    }

    public static JsonFieldPath Create(string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (EventFields.TryGet(name[..end], out var field))
            {
                // The key is parsed with its parent, so that annotations stay one key.
                var keys = end == name.Length ? "" : name[(end + 1)..];
                return new JsonFieldPath(name, field, field == EventField.Annotations ? RelativePath.Key(keys) : RelativePath.Parse(keys));
            }
        }

        return new JsonFieldPath(name, null, RelativePath.Parse(name));
    }

    internal override IReadOnlyList<EventField>? Origins => _from is { } root ? [root] : null;

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor) => _rest.Any(Root(auditEvent), visitor);

    public override bool Exists(in AuditEvent auditEvent) => _rest.Exists(Root(auditEvent));

    internal override JsonValue Single(in AuditEvent auditEvent) => _rest.First(Root(auditEvent));

    private JsonValue Root(in AuditEvent auditEvent) => _from switch
    {
        null => JsonValue.FromJson(auditEvent.Json),
        EventField.RequestObject or EventField.ResponseObject => auditEvent.OnTape(auditEvent[_from.Value]),
        _ => auditEvent[_from.Value],
    };
}
