using System.Text;
using AuditWatch.Events;
using AuditWatch.Sources.Kafka;
using AuditWatch.Sources.Webhook;
using AuditWatch.Tests.Events.Envelopes;
using Confluent.Kafka;

namespace AuditWatch.Tests.Sources.Kafka;

public class KafkaMessagesTests
{
    private const string A = """{"auditID":"a","stage":"ResponseComplete","user":{"username":"jürgen \"x\" 😀"},"verb":"get","requestURI":"/a?b=\u0026c"}""";
    private const string B = """{"auditID":"b","stage":"ResponseComplete","user":{},"verb":"get"}""";

    private static readonly KafkaOptions Options = new() { Brokers = ["kafka"], Topics = ["audit"], Cluster = "production", MaxMessageBytes = 1 << 20 };

    private long _offset = 40;

    public static TheoryData<string> Names => [.. Envelope.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Drain_EnvelopesAmongEvents_GivesAllInOrder(string name)
    {
        var batch = Assert.Single(Drain(Options, B, Envelope.All[name](A), "\uFEFF" + A, Envelope.All[name](B), Envelope.All[name](A) + "\n" + B));

        Assert.Empty(batch.Rejections);
        Assert.Equal([B, A, A, B, A, B], Events(batch));
        Assert.Equal(("kafka:audit", "production"), (batch.Origin.Source, batch.Origin.Cluster));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[" + B)]
    [InlineData("{\"items\":[")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[" + B + ",")]
    [InlineData("{\"log\":\"")]
    [InlineData("2026-11-21T00:00:00.000000000Z stdout P {\"auditID\":")]
    [InlineData("{\"auditID\":\"c\"")]
    [InlineData("\uFEFF{")]
    [InlineData("no JSON")]
    [InlineData("\0")]
    public void Drain_BrokenMessage_CostsTheOthersNothing(string broken)
    {
        var batch = Assert.Single(Drain(Options, A, broken, B, A));

        Assert.Equal([A, B, A], Events(batch).Where((_, i) => i != 1 || !broken.Contains(B, StringComparison.Ordinal)));
        Assert.All(batch.Rejections, one => Assert.Equal("kafka:audit[3]@41", one.Source));
        Assert.Equal(broken == "\0" ? 0 : 1, batch.RejectedCount);
    }

    [Fact]
    public void Drain_EmptyAndTooLong_AreRejectedWithTheirPlace()
    {
        var batch = Assert.Single(Drain(Options, null, A, "", new string(' ', (1 << 20) + 1)));

        Assert.Equal([A], Events(batch));
        Assert.Equal(
            [("kafka:audit[3]@40", "an empty message", RejectionKind.NotAnEvent), ("kafka:audit[3]@42", "an empty message", RejectionKind.NotAnEvent), ("kafka:audit[3]@43", "a message longer than 1048576 bytes", RejectionKind.Unread)],
            batch.Rejections.Select(one => (one.Source, one.Reason, one.Kind)).Order());
    }

    [Fact]
    public void Drain_LongMessageAmongOthers_IsReadPieceByPieceInItsPlace()
    {
        var lines = Enumerable.Range(0, 9_000).Select(i => B.Replace("\"b\"", $"\"{i}\"", StringComparison.Ordinal)).ToArray();

        var batches = Drain(Options, A, string.Join('\n', lines) + "\n{", A);

        Assert.Equal([A, .. lines, A], batches.SelectMany(Events));
        Assert.All(batches, batch => Assert.InRange(batch.Count, 0, 2048));
        var rejection = Assert.Single(batches.SelectMany(batch => batch.Rejections));
        Assert.Equal(("kafka:audit[3]@41", 9_001), (rejection.Source, rejection.Line));
    }

    [Fact]
    public void Drain_ClusterFromKey_GivesABatchForEach()
    {
        var messages = new KafkaMessages(Options with { Cluster = "", ClusterFromKey = true }, new ClusterNames(most: 2), TimeProvider.System);
        foreach (var (key, value) in new[] { ("one", A), ("two", B), ("one", B), ("three", A), ("no\nname", B), (null, A) })
        {
            messages.Add(Message(value, key));
        }

        Assert.Equal(
            [("one", A), ("one", B), ("two", B), (ClusterNames.Others, A), (ClusterNames.Others, B), ("", A)],
            messages.Drain().SelectMany(batch => Events(batch).Select(text => (batch.Origin.Cluster, text))));
        Assert.True(messages.IsEmpty);
    }

    [Fact]
    public void Drain_ClusterFromHeader_IsTheLastOfThatName()
    {
        var messages = new KafkaMessages(Options with { ClusterFromHeader = "k8s" }, new ClusterNames(), TimeProvider.System);
        var message = Message(A);
        message.Message.Headers = new Headers { { "k8s", "one"u8.ToArray() }, { "other", "three"u8.ToArray() }, { "k8s", "two"u8.ToArray() } };
        messages.Add(message);
        messages.Add(Message(B));

        Assert.Equal([("two", A), ("production", B)], messages.Drain().SelectMany(batch => Events(batch).Select(text => (batch.Origin.Cluster, text))));
    }

    private List<EventBatch> Drain(KafkaOptions options, params string?[] values)
    {
        var messages = new KafkaMessages(options, new ClusterNames(), TimeProvider.System);
        foreach (var value in values)
        {
            messages.Add(Message(value));
        }

        Assert.Equal((new TopicPartition("audit", 3), _offset), (messages.Partition, messages.Next));
        return [.. messages.Drain()];
    }

    private ConsumeResult<byte[], byte[]> Message(string? value, string? key = null) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset("audit", 3, _offset++),
        Message = new Message<byte[], byte[]> { Key = key is null ? null! : Encoding.UTF8.GetBytes(key), Value = value is null ? null! : Encoding.UTF8.GetBytes(value) },
    };

    private static IEnumerable<string> Events(EventBatch batch) => Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i].Json));
}
