using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>The positions, in a JSON object, of the members by which envelopes are recognised. If a key is repeated, the last one counts. It is long because it is a list: one property for each of them.</summary>
internal readonly struct EnvelopeFields
{
    private static readonly byte[][] Names = [.. Enum.GetValues<EnvelopeField>().Select(field => Encoding.UTF8.GetBytes(NameOf(field)))];

    private readonly Values _values;

    private EnvelopeFields(Values values) => _values = values;

    /// <summary>A member; one of length 0 if there is none.</summary>
    public Value this[EnvelopeField field] => _values[(int)field];

    /// <summary>A member: its value, quotes included. Length 0 is none.</summary>
    public readonly record struct Value(int Start, int Length, JsonTokenType Type)
    {
        public bool IsPresent => Length > 0;

        public bool IsObject => Type == JsonTokenType.StartObject;

        public bool IsArray => Type == JsonTokenType.StartArray;

        public bool IsString => Type == JsonTokenType.String;
    }

    /// <summary>Finds the members of an object.</summary>
    /// <param name="text">Text that holds the object.</param>
    /// <param name="start">Where in it the object begins.</param>
    /// <param name="length">Its length.</param>
    public static EnvelopeFields Of(ReadOnlySpan<byte> text, int start, int length)
    {
        var values = default(Values);
        var reader = new Utf8JsonReader(text.Slice(start, length), JsonValue.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(reader.ValueSpan);
            reader.Read();
            var (at, type) = (start + (int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            if (field >= 0)
            {
                values[field] = new Value(at, start + (int)reader.BytesConsumed - at, type);
            }
        }

        return new EnvelopeFields(values);
    }

    private static int Find(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (Names[i].Length == key.Length && key.SequenceEqual(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    // In camel case, but for those that stand otherwise in what their authors write.
    private static string NameOf(EnvelopeField field) => field switch
    {
        EnvelopeField.SpecVersion => "specversion",
        EnvelopeField.DataBase64 => "data_base64",
        EnvelopeField.AuditId => "AuditId",
        EnvelopeField.Stage => "Stage",
        EnvelopeField.AzureCategory => "Category",
        EnvelopeField.LogTag => "logtag",
        EnvelopeField.LogText => "log_s",
        EnvelopeField.KubernetesAudit => "kubernetes_audit",
        EnvelopeField.JournalMessage => "MESSAGE",
        EnvelopeField.Raw => "_raw",
        EnvelopeField.ShortMessage => "short_message",
        EnvelopeField.FullMessage => "full_message",
        EnvelopeField.AtMessage => "@message",
        EnvelopeField.Source => "_source",
        EnvelopeField.KubernetesAuditPath => "kubernetes.audit",
        EnvelopeField.AmazonRecords => "Records",
        EnvelopeField.AmazonMessage => "Message",
        EnvelopeField.AmazonData => "Data",
        EnvelopeField.EventHubBody => "Body",
        EnvelopeField.AwsLogs => "awslogs",
        _ => $"{char.ToLowerInvariant($"{field}"[0])}{$"{field}"[1..]}",
    };

    [InlineArray((int)EnvelopeField.Source + 1)]
    private struct Values
    {
        private Value _first;
    }
}

/// <summary>The members by which envelopes are recognised.</summary>
internal enum EnvelopeField
{
    /// <summary>CloudWatch Logs: what sort of message it is.</summary>
    MessageType,

    /// <summary>CloudWatch Logs, as it sends them: the log events.</summary>
    LogEvents,

    /// <summary>CloudWatch Logs, as it lists them: the log events.</summary>
    Events,

    /// <summary>An EventList within something else.</summary>
    Items,

    /// <summary>Azure and Data Firehose: several records.</summary>
    Records,

    /// <summary>Cloud Logging: several entries.</summary>
    Entries,

    /// <summary>What a Lambda function of Amazon is called with: several records.</summary>
    AmazonRecords,

    /// <summary>A Lambda function of Amazon: what a subscription of CloudWatch hands it.</summary>
    AwsLogs,

    /// <summary>Amazon Kinesis: what a record holds.</summary>
    Kinesis,

    /// <summary>Amazon Kinesis: what is in a record, as base64.</summary>
    AmazonData,

    /// <summary>Pub/Sub, as its API lists them: several messages.</summary>
    ReceivedMessages,

    /// <summary>Azure Monitor's API: several tables.</summary>
    Tables,

    /// <summary>Azure Monitor's API: the columns of a table.</summary>
    Columns,

    /// <summary>Azure Monitor's API: the rows of a table.</summary>
    Rows,

    /// <summary>CloudWatch Insights: several results.</summary>
    Results,

    /// <summary>Loki: several streams.</summary>
    Streams,

    /// <summary>Loki: the lines of a stream.</summary>
    Values,

    /// <summary>Elasticsearch and OpenSearch: what was found.</summary>
    Hits,

    /// <summary>Azure Event Hubs: what an event holds.</summary>
    EventHubBody,

    /// <summary>Azure: which log a record belongs to.</summary>
    Category,

    /// <summary>The same in a table.</summary>
    AzureCategory,

    /// <summary>Azure: what a record holds.</summary>
    Properties,

    /// <summary>Azure, tables with a column for each field: the request.</summary>
    AuditId,

    /// <summary>Azure, tables with a column for each field: the stage.</summary>
    Stage,

    /// <summary>Google Cloud: what an entry holds.</summary>
    ProtoPayload,

    /// <summary>OpenTelemetry: the logs of several resources.</summary>
    ResourceLogs,

    /// <summary>OpenTelemetry: the logs of several scopes.</summary>
    ScopeLogs,

    /// <summary>OpenTelemetry: the logs.</summary>
    LogRecords,

    /// <summary>OpenTelemetry: what a log holds.</summary>
    Body,

    /// <summary>CloudEvents: their version.</summary>
    SpecVersion,

    /// <summary>CloudEvents, Event Grid, Data Firehose and Pub/Sub: what is delivered.</summary>
    Data,

    /// <summary>CloudEvents: what is delivered, as base64.</summary>
    DataBase64,

    /// <summary>Elastic: what is about Kubernetes.</summary>
    Kubernetes,

    /// <summary>Elastic: an audit event.</summary>
    Audit,

    /// <summary>CloudWatch Logs: which log event it is, as it is sent.</summary>
    Id,

    /// <summary>CloudWatch Logs: which log event it is, as it is listed.</summary>
    EventId,

    /// <summary>CloudWatch Logs: when a log event was written.</summary>
    Timestamp,

    /// <summary>CloudWatch Logs: where log events come from, as they are sent.</summary>
    LogGroup,

    /// <summary>CloudWatch Logs: which writer they come from, as they are sent.</summary>
    LogStream,

    /// <summary>CloudWatch Logs: which writer a log event comes from, as it is listed.</summary>
    LogStreamName,

    /// <summary>Docker and Fluent Bit: the stream of a container.</summary>
    Stream,

    /// <summary>Fluent Bit: whether a line is all there.</summary>
    LogTag,

    /// <summary>The first of those that may hold a line of a log, or what was made of it: Fluent Bit, Docker, and Azure's properties.</summary>
    Log,

    /// <summary>Azure, in a table.</summary>
    LogText,

    /// <summary>Vector, Filebeat, and CloudWatch's log events.</summary>
    Message,

    /// <summary>Splunk's and Logstash's word for what they carry.</summary>
    Event,

    /// <summary>What some shippers call an audit event they have parsed.</summary>
    KubernetesAudit,

    /// <summary>Programs that log JSON, with the audit event as their message.</summary>
    Msg,

    /// <summary>systemd's journal.</summary>
    JournalMessage,

    /// <summary>Loki.</summary>
    Line,

    /// <summary>Splunk, what it exports.</summary>
    Result,

    /// <summary>Splunk.</summary>
    Raw,

    /// <summary>Graylog.</summary>
    ShortMessage,

    /// <summary>Graylog.</summary>
    FullMessage,

    /// <summary>CloudWatch Logs Insights.</summary>
    AtMessage,

    /// <summary>Elastic: the line as it was.</summary>
    Original,

    /// <summary>Elastic: an audit event, by a name with a dot.</summary>
    KubernetesAuditPath,

    /// <summary>Amazon SNS.</summary>
    AmazonMessage,

    /// <summary>Kafka's REST proxy.</summary>
    Value,

    /// <summary>kcat, of a message of Kafka.</summary>
    Payload,

    /// <summary>Amazon EventBridge.</summary>
    Detail,

    /// <summary>Cloud Logging: what an agent has parsed.</summary>
    JsonPayload,

    /// <summary>Cloud Logging: a line that an agent has read.</summary>
    TextPayload,

    /// <summary>Elasticsearch and OpenSearch: what a hit holds.</summary>
    Source,
}
