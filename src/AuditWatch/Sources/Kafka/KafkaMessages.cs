using System.Globalization;
using System.Text;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;
using Confluent.Kafka;

namespace AuditWatch.Sources.Kafka;

/// <summary>
/// Messages of one partition that follow each other, as batches of events: one for each cluster, in the order of the messages. A message is read as the webhook reads a body, by itself: what is broken in one costs the
/// others nothing. Not thread-safe.
/// </summary>
internal sealed class KafkaMessages(KafkaOptions options, ClusterNames names, TimeProvider time)
{
    // As the webhook has it: a long message is read piece by piece.
    private const int MaxBytes = 512 << 10;
    private const int MaxMessages = 2048;

    private readonly List<ConsumeResult<byte[], byte[]>> _messages = [];
    private int _bytes;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _messages.Count == 0;

    /// <summary>Whether there are as many as belong together.</summary>
    public bool IsFull => _bytes >= MaxBytes || _messages.Count >= MaxMessages;

    /// <summary>The partition of those that there are.</summary>
    public TopicPartition Partition => _messages[0].TopicPartition;

    /// <summary>The offset after the last of them.</summary>
    public long Next => _messages[^1].Offset.Value + 1;

    /// <summary>Adds one, of the same partition as the others.</summary>
    public void Add(ConsumeResult<byte[], byte[]> message)
    {
        _messages.Add(message);
        _bytes += message.Message.Value?.Length ?? 0;
    }

    /// <summary>The batches of all messages, which are then forgotten. At least one, if only for the sake of its checkpoint.</summary>
    public IEnumerable<EventBatch> Drain()
    {
        ConsumeResult<byte[], byte[]>[] messages = [.. _messages];
        _messages.Clear();
        _bytes = 0;
        return messages.GroupBy(ClusterOf, StringComparer.Ordinal).SelectMany(ofCluster => Read([.. ofCluster], new EventOrigin(KafkaSource.NameOf(messages[0].Topic), ofCluster.Key)));
    }

    /// <summary>A batch without events, for the sake of its checkpoint.</summary>
    public EventBatch Nothing(string topic) => new(new EventOrigin(KafkaSource.NameOf(topic), options.Cluster), time.GetUtcNow(), capacity: 0);

    private IEnumerable<EventBatch> Read(List<ConsumeResult<byte[], byte[]>> messages, EventOrigin origin)
    {
        for (var i = 0; i < messages.Count;)
        {
            if (LengthOf(messages[i]) is > MaxBytes and var length && length <= options.MaxMessageBytes)
            {
                foreach (var batch in ReadLong(messages[i++], origin))
                {
                    yield return batch;
                }

                continue;
            }

            var end = messages.FindIndex(i, message => LengthOf(message) > MaxBytes && LengthOf(message) <= options.MaxMessageBytes) is >= 0 and var next ? next : messages.Count;
            yield return ReadTogether(messages[i..end], origin);
            i = end;
        }
    }

    private EventBatch ReadTogether(List<ConsumeResult<byte[], byte[]>> messages, EventOrigin origin)
    {
        var batch = new EventBatch(origin, time.GetUtcNow(), messages.Sum(message => IsTooLong(message) ? 0 : LengthOf(message) + 1));
        var places = new List<(int From, int Length, string Place)>(messages.Count);
        foreach (var message in messages)
        {
            if (IsTooLong(message))
            {
                batch.Reject(new Rejection(PlaceOf(message), 1, 1, $"a message longer than {options.MaxMessageBytes} bytes") { Kind = RejectionKind.Unread }, piece: message.Message.Value);
            }
            else if (LengthOf(message) == 0)
            {
                batch.Reject(new Rejection(PlaceOf(message), 1, 1, "an empty message") { Kind = RejectionKind.NotAnEvent });
            }
            else
            {
                places.Add((batch.TextLength, LengthOf(message), PlaceOf(message)));
                batch.Append(message.Message.Value);
                batch.Append("\n"u8);
            }
        }

        // Text that is derived from events comes after all of theirs.
        foreach (var (from, length, place) in places)
        {
            new AuditEventReader(place).ReadPart(batch, from, length);
        }

        return batch;
    }

    private IEnumerable<EventBatch> ReadLong(ConsumeResult<byte[], byte[]> message, EventOrigin origin)
    {
        using var text = new MemoryStream(message.Message.Value, writable: false);
        using var reader = new EventBatchReader(text, origin, time, options.MaxMessageBytes) { FillsBatches = true, BatchBytes = MaxBytes, MaxEvents = MaxMessages, Place = PlaceOf(message) };
        while (ReadNext(reader) is { } batch)
        {
            yield return batch;
        }
    }

    // A stream of memory never makes anybody wait.
    private static EventBatch? ReadNext(EventBatchReader reader) => reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() ?? reader.Finish();

    private string ClusterOf(ConsumeResult<byte[], byte[]> message)
    {
        var name = options.ClusterFromKey ? message.Message.Key
            : options.ClusterFromHeader is { } header ? message.Message.Headers is { } headers && headers.TryGetLastBytes(header, out var value) ? value : null
            : null;
        return name is null ? options.Cluster : names.Admit(Encoding.UTF8.GetString(name) is var text && ClusterNames.IsName(text) ? text : ClusterNames.Others, out _);
    }

    private bool IsTooLong(ConsumeResult<byte[], byte[]> message) => LengthOf(message) > options.MaxMessageBytes;

    private static int LengthOf(ConsumeResult<byte[], byte[]> message) => message.Message.Value?.Length ?? 0;

    // As kcat and librdkafka write it.
    private static string PlaceOf(ConsumeResult<byte[], byte[]> message) =>
        string.Create(CultureInfo.InvariantCulture, $"kafka:{message.Topic}[{message.Partition.Value}]@{message.Offset.Value}");
}
