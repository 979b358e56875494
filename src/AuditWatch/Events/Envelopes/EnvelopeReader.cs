using System.Text.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Finds audit events in the envelopes that clouds and log shippers put them into, known by what is in them:
/// <code>
///   CloudWatch Logs (EKS)   {"messageType":"DATA_MESSAGE","logEvents":[{"message":"EVENT"}]}
///   Azure Monitor (AKS)     {"records":[{"category":"kube-audit","properties":{"log":"EVENT"}}]}, and each record alone
///   Cloud Logging (GKE)     {"protoPayload":{"@type":".../google.cloud.audit.AuditLog"}}, which <see cref="CloudAuditLog"/> translates
///   log shippers            {"log":"EVENT"}, {"message":...}, {"event":...}, {"kubernetes_audit":...}, as a string or an object, if only one of them is an event
/// </code>
/// One may be in another. An event that stands in a string is unescaped behind the text of the batch. Not thread-safe.
/// </summary>
internal sealed class EnvelopeReader
{
    // An event in a log event in a shipper's line, and one more.
    private const int MaxDepth = 4;

    // Every event takes memory besides its text, and here the batch cannot end between two of them.
    private const int MaxEvents = 65_536;

    // How often each, for an envelope may hold millions of items that are nothing.
    private readonly Dictionary<(RejectionKind Kind, string Reason), long> _problems = [];
    private int _mostEvents;

    /// <summary>Adds the events in an envelope to the batch.</summary>
    /// <param name="batch">The batch whose text holds the object.</param>
    /// <param name="start">Where the object begins.</param>
    /// <param name="length">Its length.</param>
    /// <returns>Why how many things in it could not be read, valid until the next call; null if the object is no envelope.</returns>
    public IReadOnlyDictionary<(RejectionKind Kind, string Reason), long>? Open(EventBatch batch, int start, int length)
    {
        _problems.Clear();
        _mostEvents = batch.Count + MaxEvents;
        return TryOpen(batch, start, length, depth: 0) ? _problems : null;
    }

    private bool TryOpen(EventBatch batch, int start, int length, int depth)
    {
        if (depth == MaxDepth)
        {
            return false;
        }

        var fields = EnvelopeFields.Of(batch.AllText, start, length);
        if (fields.LogEvents.IsArray && fields.MessageType.IsString)
        {
            // A control message says that the subscription works: it has a log event that is none.
            return Is(batch, fields.MessageType, "CONTROL_MESSAGE"u8) || ForEach(batch, fields.LogEvents, depth, OpenLogEvent);
        }

        return fields.Records.IsArray ? ForEach(batch, fields.Records, depth, OpenRecord)
            : fields.Properties.IsObject ? OpenProperties(batch, fields, depth)
            : fields.ProtoPayload.IsObject ? OpenProtoPayload(batch, start, length, fields.ProtoPayload)
            : OpenLine(batch, fields, depth);
    }

    private bool OpenLogEvent(EventBatch batch, EnvelopeFields.Value logEvent, int depth)
    {
        var message = EnvelopeFields.Of(batch.AllText, logEvent.Start, logEvent.Length).Message;
        return message.IsString && Add(batch, message, depth) || Problem(RejectionKind.OtherLog, "a log event of CloudWatch that is no audit event");
    }

    private bool OpenRecord(EventBatch batch, EnvelopeFields.Value record, int depth)
    {
        var fields = EnvelopeFields.Of(batch.AllText, record.Start, record.Length);
        return (fields.Properties.IsObject && OpenProperties(batch, fields, depth)) || Problem(RejectionKind.NotAnEvent, "a record that is no audit event");
    }

    private bool OpenProperties(EventBatch batch, EnvelopeFields record, int depth)
    {
        var log = EnvelopeFields.Of(batch.AllText, record.Properties.Start, record.Properties.Length).Log;
        if (!record.Category.IsString || !log.IsString)
        {
            return false;
        }

        return Is(batch, record.Category, "kube-audit"u8) || Is(batch, record.Category, "kube-audit-admin"u8)
            ? Add(batch, log, depth) || Problem(RejectionKind.NotAnEvent, "a record of kube-audit that is no audit event")
            : Problem(RejectionKind.OtherLog, "a record of another category than kube-audit and kube-audit-admin");
    }

    private bool OpenProtoPayload(EventBatch batch, int start, int length, EnvelopeFields.Value payload)
    {
        var text = batch.AllText;
        switch (CloudAuditLog.Translate(JsonValue.FromJson(text.Slice(start, length)), JsonValue.FromJson(text.Slice(payload.Start, payload.Length))))
        {
            case (CloudAuditLog.Kind.NoAuditLog, _):
                return false;
            case (CloudAuditLog.Kind.OfAnotherService, _):
                return Problem(RejectionKind.OtherLog, "an entry of Cloud Logging about another service than k8s.io");
            case (_, var json):
                var (at, count) = batch.Derive(json.Span);
                return AddObject(batch, at, count, MaxDepth);
        }
    }

    // A line of any log may be in such a member: it is an envelope only if one of them turns out to be an event.
    private bool OpenLine(EventBatch batch, EnvelopeFields fields, int depth)
    {
        var (events, isOpen, found) = (batch.Count, false, 0);
        foreach (var value in (ReadOnlySpan<EnvelopeFields.Value>)[fields.Log, fields.Message, fields.Event, fields.KubernetesAudit])
        {
            var before = batch.Count;
            isOpen |= (value.IsString || value.IsObject) && Add(batch, value, depth);
            found += batch.Count > before ? 1 : 0;
        }

        if (found <= 1)
        {
            return isOpen;
        }

        batch.RemoveEvents(from: events);
        _problems.Clear();
        return Problem(RejectionKind.NotAnEvent, "more than one audit event in a line of a log shipper");
    }

    private bool ForEach(EventBatch batch, EnvelopeFields.Value array, int depth, Func<EventBatch, EnvelopeFields.Value, int, bool> open)
    {
        var (at, end) = (array.Start, array.Start + array.Length);
        var state = new JsonReaderState(JsonValue.ReaderOptions);
        while (true)
        {
            // Opening an element may move the batch's text: there is a new reader for each.
            var reader = new Utf8JsonReader(batch.AllText[at..end], isFinalBlock: true, state);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray && at == array.Start)
            {
                reader.Read();
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return true;
            }

            var (start, type) = (at + (int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            at += (int)reader.BytesConsumed;
            state = reader.CurrentState;
            _ = type == JsonTokenType.StartObject
                ? open(batch, new EnvelopeFields.Value(start, at - start, type), depth)
                : Problem(RejectionKind.NotAnEvent, "an item of an envelope that is not a JSON object");
        }
    }

    private bool Add(EventBatch batch, EnvelopeFields.Value value, int depth)
    {
        if (value.IsObject)
        {
            return AddObject(batch, value.Start, value.Length, depth + 1);
        }

        var before = batch.AllText.Length;
        var (start, length) = batch.Unescape(value.Start + 1, value.Length - 2);
        var text = batch.AllText.Slice(start, length);
        var json = text.Trim(" \t\r\n"u8);
        if (json.IsEmpty || json[0] != '{')
        {
            batch.Forget(before);
            return false;
        }

        text.Overlaps(json, out var skipped);
        if (AddObject(batch, start + skipped, json.Length, depth + 1))
        {
            return true;
        }

        batch.Forget(before);
        return false;
    }

    // Whether there is an event, or something broken that might have been one.
    private bool AddObject(EventBatch batch, int start, int length, int depth)
    {
        if (batch.Count >= _mostEvents)
        {
            return Problem(RejectionKind.Unread, $"more than {MaxEvents} events in one envelope");
        }

        try
        {
            var reader = new Utf8JsonReader(batch.AllText.Slice(start, length), JsonValue.ReaderOptions);
            reader.Read();
            var found = EventParser.Read(ref reader, batch.NextSlots(), batch.AllText, start, mayBeList: false);
            var read = (int)reader.BytesConsumed;

            // Throws if anything but white space follows.
            reader.Read();
            if (found == EventParser.Found.NotAnEvent)
            {
                return TryOpen(batch, start, read, depth);
            }

            batch.AddEvent(start, read);
            return true;
        }
        catch (JsonException)
        {
            return Problem(RejectionKind.Malformed, "broken JSON, or JSON that ends too early, in an envelope");
        }
    }

    private static bool Is(EventBatch batch, EnvelopeFields.Value value, ReadOnlySpan<byte> text) =>
        JsonValue.FromJson(batch.AllText.Slice(value.Start, value.Length)).Is(text);

    private bool Problem(RejectionKind kind, string reason)
    {
        _problems[(kind, reason)] = _problems.GetValueOrDefault((kind, reason)) + 1;
        return true;
    }
}
