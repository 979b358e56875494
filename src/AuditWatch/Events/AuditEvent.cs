using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// One audit.k8s.io/v1 Event: a view over its UTF-8 text in a batch, two words long. Reading a field allocates nothing. Valid as long as its batch, and read by
/// one thread at a time, as the batch is.
/// </summary>
public readonly struct AuditEvent
{
    /// <summary>How many bytes a buffer for <see cref="WriteKey"/> must be longer than the longest key.</summary>
    internal const int KeySlack = EventBatch.KeySlack;

    private readonly EventBatch _batch;
    private readonly int _index;

    internal AuditEvent(EventBatch batch, int index)
    {
        _batch = batch;
        _index = index;
    }

    /// <summary>Where the event comes from.</summary>
    public EventOrigin Origin => _batch.Origin;

    /// <summary>The whole event as it was received, one JSON object.</summary>
    public ReadOnlySpan<byte> Json => _batch.JsonOf(_index);

    /// <summary>The value of an indexed field; missing if the event does not have it.</summary>
    public JsonValue this[EventField field] => JsonValue.FromJson(_batch.JsonOf(_index, field));

    /// <summary>The JSON of an indexed field, with the quotes of a string; empty if the event does not have it.</summary>
    internal ReadOnlySpan<byte> JsonOf(EventField field) => _batch.JsonOf(_index, field);

    /// <summary>Writes the JSON of some fields, each after its length, as a key that only events with the same values have.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="key">Receives the key, and zeros after it. It must be <see cref="KeySlack"/> bytes longer than the longest key that is wanted.</param>
    /// <returns>The length of the key in bytes; -1 if it does not fit.</returns>
    internal int WriteKey(ReadOnlySpan<EventField> fields, Span<byte> key) => _batch.WriteKey(_index, fields, key);

    /// <summary>
    /// The event time: requestReceivedTimestamp, which is the same for every stage of a request; otherwise stageTimestamp; otherwise the timestamp of
    /// audit.k8s.io/v1beta1; otherwise the time at which the batch arrived, or in a log of the past the time of the event before it.
    /// </summary>
    public DateTimeOffset Time => TryGetOwnTime(out var time) ? time : _batch.TimeInLog ?? _batch.ReceivedAt;

    /// <summary>Whether <see cref="Time"/> may be counted with: not that of an event in a log of the past that has none of its own.</summary>
    internal bool HasTime => _batch.TimeInLog is null || TryGetOwnTime(out _);

    /// <summary>Whether the stage is RequestReceived: the request has not been handled, and the event has no status.</summary>
    public bool IsRequestReceived => this[EventField.Stage].Is("RequestReceived"u8);

    /// <summary>The name of the user who acted: of the impersonated user if there is one, otherwise of the authenticated one.</summary>
    public JsonValue Actor
    {
        get
        {
            var impersonated = this[EventField.ImpersonatedUserName];
            return impersonated.IsPresent ? impersonated : this[EventField.UserName];
        }
    }

    /// <summary>The event time, if the event itself has one that can be read.</summary>
    internal bool TryGetOwnTime(out DateTimeOffset time) =>
        Timestamp.TryParse(this[EventField.RequestReceivedTimestamp], out time) || Timestamp.TryParse(this[EventField.StageTimestamp], out time)
        || Timestamp.TryParse(RelativePath.Member(JsonValue.FromJson(Json), "timestamp"u8), out time);

    /// <summary>When the event was written, if it says so: long after the request was received where that took long.</summary>
    internal bool TryGetStageTime(out DateTimeOffset time) => Timestamp.TryParse(this[EventField.StageTimestamp], out time) || TryGetOwnTime(out time);

    /// <summary>A body that is derived from the event. It is looked for once, and its place is kept in the batch.</summary>
    internal JsonValue Body(EventBody body, Func<AuditEvent, Range> find) => OnTape(JsonValue.FromJson(_batch.JsonOf(_index, body, find)));

    /// <summary>Whether the event has the body of the request or of the response.</summary>
    internal bool HasBody => !JsonOf(EventField.RequestObject).IsEmpty || !JsonOf(EventField.ResponseObject).IsEmpty;

    /// <summary>Whether the body of the request is a JSON Patch: keys of the object are within paths there, and written otherwise.</summary>
    internal bool IsJsonPatch => JsonOf(EventField.RequestObject) is [(byte)'[', ..];

    /// <summary>Whether a body may have a key, by its place (<see cref="JsonTape.PlaceOf"/>), as a key of its text. False is certain.</summary>
    internal bool BodyMayHaveKey(int place) => _batch.BodyMayHaveKey(_index, place);

    /// <summary>The same value with a <see cref="JsonTape"/>, if it is an object or array in a body. Valid until the bodies of another event of the batch are read.</summary>
    internal JsonValue OnTape(JsonValue part) => part.Kind is JsonKind.Object or JsonKind.Array ? _batch.OnTape(_index, part) : part;

    /// <summary>The body of this event's request, a JSON Patch, as the merge patch that says the same. Valid until the bodies of another event of the batch are read.</summary>
    internal JsonValue AsMergePatch(JsonValue patch) => _batch.AsMergePatch(_index, patch);

    /// <summary>The place of an object or array of this event in the text of the batch.</summary>
    internal Range RangeOf(JsonValue part) => _batch.RangeOf(part.Bytes);
}
