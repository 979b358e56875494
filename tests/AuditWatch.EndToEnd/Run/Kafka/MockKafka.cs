using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace AuditWatch.EndToEnd.Run.Kafka;

/// <summary>
/// Three brokers of Kafka within this process, librdkafka's own for tests, which others reach over loopback. What they keep of a partition is 5 MiB: the oldest messages go first.
/// </summary>
/// <seealso href="https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h"/>
internal sealed class MockKafka : IDisposable
{
    private const int Brokers = 3;

    private readonly ConcurrentQueue<string> _log = new();
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly IntPtr _cluster;
    private readonly SetBroker _setDown;
    private readonly SetBroker _setUp;
    private readonly CreateTopic _createTopic;
    private readonly PushErrors _pushErrors;

    public MockKafka()
    {
        var config = new ProducerConfig { BootstrapServers = "127.0.0.1:1", MessageMaxBytes = 8 << 20, QueueBufferingMaxKbytes = 256 << 10 };
        config.Set("test.mock.num.brokers", Brokers.ToString(null, null));
        _producer = new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler((_, entry) => _log.Enqueue(entry.Message)).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        Bootstrap = string.Join(", ", admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));

        // The library that is loaded, whichever of those that the package has for this platform.
        var library = NativeLibrary.Load(File.ReadLines("/proc/self/maps").First(line => line.Contains("librdkafka", StringComparison.Ordinal)) is var line ? line[line.IndexOf('/', StringComparison.Ordinal)..] : "");
        var safeHandle = (SafeHandle)typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_producer.Handle)!;
        _cluster = Export<OfHandle>("rd_kafka_handle_mock_cluster")(safeHandle.DangerousGetHandle());
        (_setDown, _setUp, _createTopic) = (Export<SetBroker>("rd_kafka_mock_broker_set_down"), Export<SetBroker>("rd_kafka_mock_broker_set_up"), Export<CreateTopic>("rd_kafka_mock_topic_create"));
        _pushErrors = Export<PushErrors>("rd_kafka_mock_push_request_errors_array");
        Assert.Equal(0, Export<SetBroker>("rd_kafka_mock_set_controller_id")(_cluster, 1)); // Nobody is, at first, and whoever asks for topics' ids waits.

        T Export<T>(string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
    }

    private delegate IntPtr OfHandle(IntPtr handle);

    private delegate int SetBroker(IntPtr cluster, int broker);

    private delegate int CreateTopic(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    private delegate void PushErrors(IntPtr cluster, short api, nuint count, int[] errors);

    /// <summary>The addresses of the brokers, with commas between.</summary>
    public string Bootstrap { get; }

    /// <summary>Makes a topic; one that nobody has made has four partitions.</summary>
    public void Create(string topic, int partitions) => Assert.Equal(0, _createTopic(_cluster, topic, partitions, 1));

    /// <summary>Adds a message.</summary>
    public void Send(string topic, int partition, string? value, string? key = null) => Send(topic, partition, value is null ? null! : Encoding.UTF8.GetBytes(value), key);

    /// <summary>Adds a message.</summary>
    public void Send(string topic, int partition, byte[] value, string? key = null) =>
        _producer.Produce(new TopicPartition(topic, partition), new Message<byte[]?, byte[]> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = value }, report => Assert.Equal(ErrorCode.NoError, report.Error.Code));

    /// <summary>Waits until all that was sent is there.</summary>
    public void Flush()
    {
        Assert.True(_producer.Flush(TimeSpan.FromSeconds(60)) == 0, string.Join('\n', _log));
        KeepSockets();
    }

    /// <summary>Takes all brokers down.</summary>
    public void Down() => ForEach(_setDown);

    /// <summary>Brings all brokers up again.</summary>
    public void Up() => ForEach(_setUp);

    /// <summary>From now on no group can store offsets, which a member is not told to try again.</summary>
    public void RefuseCommits() => Refuse(api: 8, ErrorCode.TopicAuthorizationFailed, times: 10_000);

    /// <summary>Answers the next requests of a kind with an error.</summary>
    /// <param name="api">The kind, by its number in Kafka's protocol.</param>
    /// <param name="error">The error.</param>
    /// <param name="times">How many of them.</param>
    public void Refuse(short api, ErrorCode error, int times) => _pushErrors(_cluster, api, (nuint)times, [.. Enumerable.Repeat((int)error, times)]);

    /// <summary>The offset that the group has stored in Kafka.</summary>
    public long? CommittedBy(string group, string topic, int partition)
    {
        using var consumer = Member(group);
        return consumer.Committed([new TopicPartition(topic, partition)], TimeSpan.FromSeconds(10))[0].Offset is { IsSpecial: false } offset ? offset.Value : null;
    }

    /// <summary>Stores offsets of a group that nobody is in yet, of each partition.</summary>
    public void Commit(string group, string topic, params long[] offsets)
    {
        using var consumer = Member(group);
        consumer.Commit([.. offsets.Select((offset, partition) => new TopicPartitionOffset(topic, partition, offset))]);
    }

    public void Dispose() => _producer.Dispose();

    private IConsumer<byte[], byte[]> Member(string group) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = group, EnableAutoCommit = false, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky }).SetLogHandler((_, _) => { }).Build();

    // A process that is started would inherit them: what the brokers close would stay open in it.
    private static void KeepSockets()
    {
        const int setFlags = 2, closeOnExec = 1;
        foreach (var file in Directory.GetFiles("/proc/self/fd").Where(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true))
        {
            _ = Control(int.Parse(Path.GetFileName(file), null), setFlags, closeOnExec);
        }
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Control(int file, int command, int argument);

    private void ForEach(SetBroker set)
    {
        for (var broker = 1; broker <= Brokers; broker++)
        {
            Assert.Equal(0, set(_cluster, broker));
        }
    }
}
