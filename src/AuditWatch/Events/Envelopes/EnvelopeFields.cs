using System.Text.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>Where in a JSON object the members stand that envelopes are known by. Of a repeated key the last counts.</summary>
internal struct EnvelopeFields
{
    /// <summary>A member: its value, quotes included. Length 0 is none.</summary>
    public readonly record struct Value(int Start, int Length, JsonTokenType Type)
    {
        public bool IsObject => Type == JsonTokenType.StartObject;

        public bool IsArray => Type == JsonTokenType.StartArray;

        public bool IsString => Type == JsonTokenType.String;
    }

    /// <summary>CloudWatch Logs: what sort of message it is.</summary>
    public Value MessageType { get; private set; }

    /// <summary>CloudWatch Logs: the log events.</summary>
    public Value LogEvents { get; private set; }

    /// <summary>Azure: several records.</summary>
    public Value Records { get; private set; }

    /// <summary>Azure: which log a record belongs to.</summary>
    public Value Category { get; private set; }

    /// <summary>Azure: what a record holds.</summary>
    public Value Properties { get; private set; }

    /// <summary>Google Cloud: what an entry holds.</summary>
    public Value ProtoPayload { get; private set; }

    /// <summary>Fluent Bit, Docker, and Azure's properties: a line of a log.</summary>
    public Value Log { get; private set; }

    /// <summary>Vector, Filebeat, and CloudWatch's log events: a line of a log.</summary>
    public Value Message { get; private set; }

    /// <summary>Splunk's and Logstash's word for what they carry.</summary>
    public Value Event { get; private set; }

    /// <summary>What some shippers call an audit event they have parsed.</summary>
    public Value KubernetesAudit { get; private set; }

    /// <summary>Finds the members of an object.</summary>
    /// <param name="text">Text that holds the object.</param>
    /// <param name="start">Where in it the object begins.</param>
    /// <param name="length">Its length.</param>
    public static EnvelopeFields Of(ReadOnlySpan<byte> text, int start, int length)
    {
        var fields = default(EnvelopeFields);
        var reader = new Utf8JsonReader(text.Slice(start, length), JsonValue.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            reader.Read();
            var (at, type) = (start + (int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            fields.Set(key, new Value(at, start + (int)reader.BytesConsumed - at, type));
        }

        return fields;
    }

    private void Set(ReadOnlySpan<byte> key, Value value)
    {
        switch (key)
        {
            case var _ when key.SequenceEqual("messageType"u8):
                MessageType = value;
                break;
            case var _ when key.SequenceEqual("logEvents"u8):
                LogEvents = value;
                break;
            case var _ when key.SequenceEqual("records"u8):
                Records = value;
                break;
            case var _ when key.SequenceEqual("category"u8):
                Category = value;
                break;
            case var _ when key.SequenceEqual("properties"u8):
                Properties = value;
                break;
            case var _ when key.SequenceEqual("protoPayload"u8):
                ProtoPayload = value;
                break;
            case var _ when key.SequenceEqual("log"u8):
                Log = value;
                break;
            case var _ when key.SequenceEqual("message"u8):
                Message = value;
                break;
            case var _ when key.SequenceEqual("event"u8):
                Event = value;
                break;
            case var _ when key.SequenceEqual("kubernetes_audit"u8):
                KubernetesAudit = value;
                break;
        }
    }
}
