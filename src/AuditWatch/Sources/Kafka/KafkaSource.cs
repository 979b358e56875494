using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reactive.Linq;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Kafka;

/// <summary>
/// A source that reads topics of Kafka, or of what speaks its protocol. The positions are in the state, stored with what the messages came to, so that neither a kill nor a rebalance loses a message; one may be read twice,
/// which is known by its audit id. What the pipeline has no room for is not fetched.
/// </summary>
internal sealed class KafkaSource : IAuditSource
{
    // Each is a series of the metric.
    private const int MostMeasured = 500;

    private readonly RejectedInputFile? _rejectedInput;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SourceInstruments _metrics;
    private readonly KafkaPartitions _partitions;
    private KafkaTroubles? _troubles;

    /// <summary>A source that begins when somebody subscribes to <see cref="Batches"/>; until then nothing of the client is loaded.</summary>
    /// <param name="options">What to read.</param>
    /// <param name="lastCheckpoint">Returns the value of the last checkpoint that was stored under a key; null if there was none.</param>
    /// <param name="rejectedInput">Notes what was rejected; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of assignments and of what goes wrong.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public KafkaSource(
        KafkaOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint, RejectedInputFile? rejectedInput, TimeProvider time, ILogger<KafkaSource> logger, ServiceMetrics? metrics = null)
    {
        (Options, _rejectedInput, _time, _logger, _metrics) = (options, rejectedInput, time, logger, (metrics ?? ServiceMetrics.Shared).Sources);
        _partitions = new KafkaPartitions(options, lastCheckpoint);
        _metrics.MeasureKafkaLag(MeasureLag);
    }

    /// <summary>What it reads.</summary>
    public KafkaOptions Options { get; }

    /// <summary>What has to speak: its topics as sources, each with its cluster; null where messages say it.</summary>
    public IEnumerable<(string Source, string? Cluster)> Expected =>
        Options.Topics.Select(topic => (NameOf(topic), Options.ClusterFromKey || Options.ClusterFromHeader is not null ? null : Options.Cluster));

    /// <summary>What a topic is called as a source of events.</summary>
    public static string NameOf(string topic) => $"kafka:{topic}";

    /// <summary>Why nothing, or not everything, is read at the moment, for a person; null if all is well.</summary>
    public string? Problem => _troubles?.Problem;

    /// <summary>The partitions that it reads, in order.</summary>
    public IReadOnlyList<KafkaPartition> Partitions => _partitions.Assigned;

    /// <summary>What Kafka had deleted before it was read, since the last call: of what, as <c>topic audit, partition 3</c>, and how many messages.</summary>
    public IReadOnlyList<(string Where, long Count)> DrainLost() =>
        [.. _partitions.DrainLost().Select(lost => (string.Create(CultureInfo.InvariantCulture, $"topic {lost.Partition.Topic}, partition {lost.Partition.Partition.Value}"), lost.Count))];

    /// <summary>Completes when it has left the group after its subscriber has gone; before it begins it is complete.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>For one subscriber. Fails with a <see cref="KafkaFailedException"/> if the client has failed for good. A batch without events may come, for the sake of its checkpoint.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(ReadAsync);

    private async Task ReadAsync(IObserver<EventBatch> observer, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<EventBatch>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        _troubles = new KafkaTroubles(Options, _time, _logger, _metrics);
        var reader = new KafkaReader(Options, _partitions, _troubles, _rejectedInput, _time, _logger, _metrics);
        var reading = Task.Factory.StartNew(() => reader.Read(batches.Writer, ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Ended = reading.ContinueWith(_ => { }, TaskScheduler.Default);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                observer.OnNext(batch);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Ended.ConfigureAwait(false);
            while (batches.Reader.TryRead(out var batch))
            {
                batch.Dispose();
            }
        }
    }

    private IEnumerable<Measurement<long>> MeasureLag()
    {
        var known = Partitions.Where(one => one.Lag is not null).ToList();
        foreach (var one in known.Take(MostMeasured))
        {
            yield return new(one.Lag!.Value, new("topic", one.Topic), new("partition", one.Partition));
        }

        foreach (var others in known.Skip(MostMeasured).GroupBy(one => one.Topic))
        {
            yield return new(others.Sum(one => one.Lag!.Value), new("topic", others.Key), new("partition", "(others)"));
        }
    }
}

/// <summary>The client of Kafka has failed for good.</summary>
/// <param name="message">What has happened, for a person.</param>
/// <param name="cause">What the client says.</param>
internal sealed class KafkaFailedException(string message, Exception? cause = null) : Exception(message, cause);
