using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// One audit.k8s.io/v1 Event: a view over its UTF-8 text in a batch. Copying it copies two words; reading a field makes no string.
/// Valid as long as its batch.
/// </summary>
public readonly struct AuditEvent
{
    /// <summary>How much longer than the longest key the room for one must be.</summary>
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

    /// <summary>A field found in the one pass over the text; missing if the event has none.</summary>
    public JsonValue this[EventField field] => JsonValue.FromJson(_batch.JsonOf(_index, field));

    /// <summary>The JSON of a field found in the one pass, quotes of a string included; empty if the event has none.</summary>
    internal ReadOnlySpan<byte> JsonOf(EventField field) => _batch.JsonOf(_index, field);

    /// <summary>Writes the JSON of some fields one after the other, the length before each, so that different fields make different keys.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="key">Gets the key, and zeros after it; <see cref="KeySlack"/> bytes longer than a key may be.</param>
    /// <returns>The length of the key; -1 if it is longer than it may be.</returns>
    internal int WriteKey(ReadOnlySpan<EventField> fields, Span<byte> key) => _batch.WriteKey(_index, fields, key);

    /// <summary>
    /// When the request was made: requestReceivedTimestamp, the same for every stage of one request; else stageTimestamp;
    /// else the timestamp of audit.k8s.io/v1beta1; else when the batch arrived, or in a log of the past the time of the event before it. This is the event time
    /// that windows count in.
    /// </summary>
    public DateTimeOffset Time => TryGetOwnTime(out var time) ? time : _batch.TimeInLog ?? _batch.ReceivedAt;

    /// <summary>Whether <see cref="Time"/> may be counted with: not that of an event in a log of the past that has none of its own.</summary>
    internal bool HasTime => _batch.TimeInLog is null || TryGetOwnTime(out _);

    /// <summary>Whether this is the stage at which nothing is decided yet.</summary>
    public bool IsRequestReceived => this[EventField.Stage].Is("RequestReceived"u8);

    /// <summary>The user who really acted: the impersonated one where there is one, else the authenticated one.</summary>
    public JsonValue Actor
    {
        get
        {
            var impersonated = this[EventField.ImpersonatedUserName];
            return impersonated.IsPresent ? impersonated : this[EventField.UserName];
        }
    }

    /// <summary>The time of the event, if it has one of its own that can be read.</summary>
    internal bool TryGetOwnTime(out DateTimeOffset time) =>
        Timestamp.TryParse(this[EventField.RequestReceivedTimestamp], out time) || Timestamp.TryParse(this[EventField.StageTimestamp], out time)
        || Timestamp.TryParse(RelativePath.Member(JsonValue.FromJson(Json), "timestamp"u8), out time);

    /// <summary>When the event was written, if it says so: long after the request was received where that took long.</summary>
    internal bool TryGetStageTime(out DateTimeOffset time) => Timestamp.TryParse(this[EventField.StageTimestamp], out time) || TryGetOwnTime(out time);

    /// <summary>A body worked out of the event, looked for once however many rules ask for it.</summary>
    internal JsonValue Body(EventBody body, Func<AuditEvent, Range> find) => OnTape(JsonValue.FromJson(_batch.JsonOf(_index, body, find)));

    /// <summary>Whether the event has the body of a request or of an answer.</summary>
    internal bool HasBody => !JsonOf(EventField.RequestObject).IsEmpty || !JsonOf(EventField.ResponseObject).IsEmpty;

    /// <summary>
    /// Whether any of the literals may be in one of them, as it is written in JSON, letter case aside. They are ASCII and need no escape. In a JSON Patch anything
    /// may be: keys stand within paths there, written otherwise.
    /// </summary>
    internal bool BodyMayContain(SearchValues<string> literals) =>
        JsonOf(EventField.RequestObject) is [(byte)'[', ..] || _batch.BodyMayContain(_index, literals);

    /// <summary>A body of the event or an object or array in one, to be walked fast. Valid until another event is asked about.</summary>
    internal JsonValue OnTape(JsonValue part) => part.Kind is JsonKind.Object or JsonKind.Array ? _batch.OnTape(_index, part) : part;

    /// <summary>The body of this event's request, a JSON Patch, as the merge patch that says the same. Valid until another event is asked about.</summary>
    internal JsonValue AsMergePatch(JsonValue patch) => _batch.AsMergePatch(_index, patch);

    /// <summary>Where in the text of the batch an object or array of this event stands.</summary>
    internal Range RangeOf(JsonValue part) => _batch.RangeOf(part.Bytes);
}
