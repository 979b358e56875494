using System.Text;
using AuditWatch.Sources.Kafka;
using Confluent.Kafka;

namespace AuditWatch.Tests.Sources.Kafka;

public class KafkaPartitionsTests
{
    private static readonly KafkaOptions Options = new() { Brokers = ["kafka"], Topics = ["a", "b"], Group = "g" };

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _state = [];
    private readonly Dictionary<string, string> _topicIds = [];

    [Theory]
    [InlineData(true, -2)]
    [InlineData(false, -1)]
    public void Assign_NothingStored_BeginsAsConfigured(bool fromEarliest, long offset) =>
        Assert.Equal([(0, offset), (1, offset)], Starts(Open(Options with { FromEarliest = fromEarliest }), A(0), A(1)));

    [Fact]
    public void Assign_Stored_BeginsThereForItsGroupOnly()
    {
        Store(Open(Options), A(0), 7);

        Assert.Equal([(0, 7)], Starts(Open(Options), A(0)));
        Assert.Equal([(0, -1)], Starts(Open(Options with { Group = "other" }), A(0)));
        Assert.Equal([(0, -1)], Starts(Open(Options), new TopicPartition("b", 0)));
    }

    [Fact]
    public void Assign_PartitionThatAKnownTopicHasGot_BeginsWithItsFirstMessage()
    {
        // Stored before a restart, and read since.
        Store(Open(Options), A(0), 7);
        var partitions = Open(Options);
        Assert.Equal([(0, 7), (1, -2)], Starts(partitions, A(0), A(1)));
        Assert.Equal([(2, -2)], Starts(partitions, A(2)));
    }

    [Fact]
    public void Assign_PartitionThatComesBack_GoesOnAfterWhatWasReadOfIt()
    {
        Store(Open(Options), A(0), 7);
        var partitions = Open(Options);
        Starts(partitions, A(0));
        partitions.Advance(A(0), 9);
        partitions.Revoke([A(0)]);

        Assert.Empty(partitions.Assigned);
        Assert.Equal([(0, 9)], Starts(partitions, A(0)));
    }

    [Theory]
    [InlineData("x", "x", 7)]
    [InlineData("x", "y", -2)]
    [InlineData(null, "y", 7)]
    [InlineData("x", null, 7)]
    public void Assign_StoredOfATopic_BeginsThereUnlessItIsAnother(string? stored, string? now, long offset)
    {
        NameTopic(stored);
        var before = Open(Options);
        Starts(before, A(0));
        Store(before, A(0), 7);

        NameTopic(now);
        var partitions = Open(Options);
        Assert.Equal([(0, offset)], Starts(partitions, A(0)));

        // What is stored next is of the topic that it is now, as far as that is known.
        Store(partitions, A(0), 8);
        NameTopic(now ?? stored);
        Assert.Equal([(0, 8)], Starts(Open(Options), A(0)));
        NameTopic("z");
        Assert.Equal([(0, -2)], Starts(Open(Options), A(0)));
    }

    [Fact]
    public void Assign_TopicMadeAnewWhileItIsRead_BeginsWithItsFirstMessage()
    {
        NameTopic("x");
        var partitions = Open(Options);
        Starts(partitions, A(0));
        partitions.Advance(A(0), 9);
        partitions.Keep(A(0), 9);

        NameTopic("y");
        Assert.Equal([(0, -2), (1, -2)], Starts(partitions, A(0), A(1)));
        Assert.Empty(partitions.DrainDurable());
    }

    [Fact]
    public void Assign_SaysWhy()
    {
        NameTopic("x");
        var before = Open(Options);
        before.Assign([A(0)], _topicIds);
        Store(before, A(0), 7);
        Store(before, A(1), 7);

        Assert.Equal([KafkaStartReason.Position, KafkaStartReason.PartitionAdded, KafkaStartReason.NoPosition], Open(Options).Assign([A(0), A(2), new("b", 0)], _topicIds).Select(start => start.Reason));
        NameTopic("y");
        Assert.Equal([KafkaStartReason.TopicMadeAnew, KafkaStartReason.TopicMadeAnew], Open(Options).Assign([A(0), A(2)], _topicIds).Select(start => start.Reason));
    }

    [Fact]
    public void Assign_CheckpointThatIsNoNumber_IsNone()
    {
        _state["kafka:g:a:0"] = "?"u8.ToArray();

        Assert.Equal([(0, -1)], Starts(Open(Options), A(0)));
    }

    [Fact]
    public void Assigned_EndsKnown_SaysTheLag()
    {
        var partitions = Open(Options);
        Starts(partitions, A(1), A(0));
        partitions.Advance(A(0), 5);
        partitions.End(A(0), 12);
        partitions.End(A(0), 3);
        partitions.End(A(7), 3);

        Assert.Equal([new("a", 0, 5, 7), new("a", 1, null, null)], partitions.Assigned);
        partitions.Advance(A(0), 13);
        Assert.Equal(0, partitions.Assigned[0].Lag);
    }

    [Fact]
    public void DrainDurable_OfThoseAssigned_GivesEachOnce()
    {
        var partitions = Open(Options);
        Starts(partitions, A(0), A(1));
        partitions.Keep(A(0), 5);
        partitions.Keep(A(0), 6);
        partitions.Keep(A(1), 9);
        partitions.Revoke([A(1)]);
        partitions.Keep(A(1), 10);

        Assert.Equal([new TopicPartitionOffset(A(0), 6)], partitions.DrainDurable());
        Assert.Empty(partitions.DrainDurable());
    }

    private void NameTopic(string? id)
    {
        _topicIds.Clear();
        if (id is not null)
        {
            _topicIds["a"] = id;
        }
    }

    private static TopicPartition A(int partition) => new("a", partition);

    private KafkaPartitions Open(KafkaOptions options) => new(options, key => _state.TryGetValue(key, out var value) ? value : null);

    private void Store(KafkaPartitions partitions, TopicPartition partition, long next)
    {
        var checkpoint = partitions.CheckpointAt(partition, next);
        Assert.InRange(Encoding.UTF8.GetByteCount(checkpoint.Key), 1, 1024);
        _state[checkpoint.Key] = checkpoint.Value;
    }

    private IEnumerable<(int Partition, long Offset)> Starts(KafkaPartitions partitions, params TopicPartition[] assigned) =>
        [.. partitions.Assign(assigned, _topicIds).Select(start => (start.Partition.Partition.Value, start.Offset.Value))];
}
