using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;
using AuditWatch.Telemetry;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Kafka;

/// <summary>
/// Reads for one subscriber, on one thread, which is the only one that asks the client for messages; the group's assignments come to it in between. While the pipeline has no room, the thread goes on to ask, with all
/// partitions paused: who does not ask is put out of the group. It is long for one class because all of it is for that thread alone.
/// </summary>
internal sealed class KafkaReader(KafkaOptions options, KafkaPartitions partitions, KafkaTroubles troubles, RejectedInputFile? rejectedInput, TimeProvider time, ILogger logger, SourceInstruments metrics)
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);

    private readonly KafkaMessages _messages = new(options, new ClusterNames(), time);
    private volatile Error? _fatal;
    private Task _committing = Task.CompletedTask;

    /// <summary>Reads until it is cancelled, and leaves the group.</summary>
    /// <param name="batches">Takes the batches; completed in the end, with what has gone wrong.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Read(ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        try
        {
            using var consumer = Build();
            try
            {
                consumer.Subscribe(options.Topics);
                while (!cancellation.IsCancellationRequested)
                {
                    Step(consumer, batches, cancellation);
                }
            }
            finally
            {
                consumer.Close();
            }

            batches.TryComplete();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            batches.TryComplete();
        }
        catch (Exception problem)
        {
            batches.TryComplete(problem is KafkaFailedException ? problem : new KafkaFailedException($"Kafka ({string.Join(',', options.Brokers)}) cannot be read: {problem.Message}", problem));
        }
    }

    private IConsumer<byte[], byte[]> Build() => new ConsumerBuilder<byte[], byte[]>(KafkaClient.ConfigOf(options))
        .SetErrorHandler((_, error) =>
        {
            if (error.IsFatal)
            {
                _fatal = error;
            }
            else
            {
                troubles.Add(error);
            }
        })
        .SetLogHandler((_, _) => { }) // What is worth knowing comes as an error.
        .SetStatisticsHandler((consumer, statistics) => Look(consumer, statistics))
        .SetPartitionsAssignedHandler(Assign)
        .SetPartitionsRevokedHandler((_, revoked) => partitions.Revoke(revoked.Select(one => one.TopicPartition)))
        .SetPartitionsLostHandler((_, lost) => partitions.Revoke(lost.Select(one => one.TopicPartition)))
        .Build();

    private void Step(IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        if (Next(consumer, batches, cancellation) is not { } message)
        {
            Flush(consumer, batches, cancellation);
        }
        else
        {
            if (!_messages.IsEmpty && _messages.Partition != message.TopicPartition)
            {
                Flush(consumer, batches, cancellation);
            }

            _messages.Add(message);
            partitions.Advance(message.TopicPartition, message.Offset.Value + 1);
            if (_messages.IsFull)
            {
                Flush(consumer, batches, cancellation);
            }
        }

        if (_fatal is { } fatal)
        {
            throw new KafkaFailedException($"the client of Kafka ({string.Join(',', options.Brokers)}) has failed for good: {fatal.Reason}");
        }
    }

    // The next message; null if there is none at the moment.
    private ConsumeResult<byte[], byte[]>? Next(IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        try
        {
            var result = consumer.Consume(_messages.IsEmpty ? Wait : TimeSpan.Zero);
            if (result?.IsPartitionEOF != true)
            {
                return result;
            }

            partitions.End(result.TopicPartition, result.Offset.Value);
            if (partitions.Next(result.TopicPartition) is null)
            {
                // Where the beginning is has to be remembered even if nothing comes for a long time.
                GoTo(result.TopicPartition, result.Offset.Value, consumer, batches, cancellation);
            }
        }
        catch (ConsumeException problem) when (problem.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            Reposition(problem.ConsumerRecord.TopicPartition, consumer, batches, cancellation);
        }
        catch (ConsumeException problem) when (!problem.Error.IsFatal)
        {
            troubles.Add(problem.Error, problem.ConsumerRecord?.Topic);
        }

        return null;
    }

    private IEnumerable<TopicPartitionOffset> Assign(IConsumer<byte[], byte[]> consumer, List<TopicPartition> assigned)
    {
        var topics = assigned.Select(partition => partition.Topic).Distinct().ToList();
        var starts = topics.Count == 0 ? [] : partitions.Assign(assigned, KafkaTopicIds.Of(consumer.Handle, topics));
        foreach (var topic in starts.GroupBy(start => start.Partition.Topic))
        {
            troubles.Works(topic.Key);
            logger.LogInformation("Reading topic {Topic} of Kafka: {Partitions}.", topic.Key, string.Join(", ", topic.Select(start => $"partition {start.Partition.Partition.Value} from {Named(start.Offset)}")));
            if (topic.Any(start => start.Reason == KafkaStartReason.TopicMadeAnew))
            {
                logger.LogWarning("Topic {Topic} is another than the one of that name that has been read: it was made anew, or is another cluster's. Reading it from its beginning; what was left of the other one is not read.", topic.Key);
            }

            if (topic.Count(start => start.Reason == KafkaStartReason.PartitionAdded) is > 0 and var added)
            {
                logger.LogWarning("Topic {Topic} has {Count} more partitions than before, which are read from their first message. What one cluster writes may go to another partition from now on, and is in no order with what it wrote before.", topic.Key, added);
            }
        }

        return starts.Select(start => new TopicPartitionOffset(start.Partition, start.Offset));
    }

    private static string Named(Offset offset) => offset == Offset.Beginning ? "the earliest message" : offset == Offset.End ? "the next message" : $"offset {offset.Value}";

    // Nothing is at the position any more, or not yet again.
    private void Reposition(TopicPartition partition, IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        Flush(consumer, batches, cancellation);
        var position = partitions.Next(partition) ?? 0;
        try
        {
            var there = consumer.QueryWatermarkOffsets(partition, QueryTimeout);
            if (position < there.Low.Value)
            {
                var lost = there.Low.Value - position;
                partitions.Lose(partition, lost);
                metrics.LostMessages.Add(lost, new KeyValuePair<string, object?>("topic", partition.Topic));
                logger.LogError(
                    "Events are lost: Kafka has deleted {Count} messages of topic {Topic}, partition {Partition}, from offset {Position} on, before they were read. Going on with the earliest it has, at offset {Low}: keep messages for longer than the service may be stopped.",
                    lost, partition.Topic, partition.Partition.Value, position, there.Low.Value);
                GoTo(partition, there.Low.Value, consumer, batches, cancellation);
            }
            else if (position > there.High.Value)
            {
                logger.LogWarning(
                    "Topic {Topic}, partition {Partition}, has been read up to offset {Position} and ends at {High}: it was made anew, or has lost messages. Reading it from its beginning, at offset {Low}, repeats of events included.",
                    partition.Topic, partition.Partition.Value, position, there.High.Value, there.Low.Value);
                GoTo(partition, there.Low.Value, consumer, batches, cancellation);
            }
        }
        catch (KafkaException problem) when (!problem.Error.IsFatal)
        {
            troubles.Add(problem.Error, partition.Topic);
        }

        // Reading has stopped where it was; a seek is not possible there. The group may have taken the partition meanwhile.
        if (consumer.Assignment.Contains(partition))
        {
            consumer.IncrementalUnassign([partition]);
            consumer.IncrementalAssign([new TopicPartitionOffset(partition, partitions.Next(partition) ?? Offset.Beginning)]);
        }
    }

    private void GoTo(TopicPartition partition, long next, IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        partitions.Advance(partition, next);
        var batch = _messages.Nothing(partition.Topic);
        batch.Checkpoint = partitions.CheckpointAt(partition, next);
        Push(batch, consumer, batches, cancellation);
    }

    private void Flush(IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        if (_messages.IsEmpty)
        {
            return;
        }

        var (partition, next) = (_messages.Partition, _messages.Next);
        EventBatch? last = null;
        foreach (var batch in _messages.Drain())
        {
            rejectedInput?.Write(batch);
            if (last is not null)
            {
                Push(last, consumer, batches, cancellation);
            }

            last = batch;
        }

        last ??= _messages.Nothing(partition.Topic);
        last.Checkpoint = partitions.CheckpointAt(partition, next);
        last.Outcome.ContinueWith(
            _ => partitions.Keep(partition, next), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Push(last, consumer, batches, cancellation);
    }

    private static void Push(EventBatch batch, IConsumer<byte[], byte[]> consumer, ChannelWriter<EventBatch> batches, CancellationToken cancellation)
    {
        try
        {
            var isPaused = false;
            while (!batches.TryWrite(batch))
            {
                var room = batches.WaitToWriteAsync(cancellation).AsTask();
                while (!room.Wait(isPaused ? Wait : Patience, cancellation))
                {
                    isPaused = true;
                    Idle(consumer);
                }
            }

            if (isPaused)
            {
                consumer.Resume(consumer.Assignment);
            }
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    // What has been fetched is let go of, and fetched again later.
    private static void Idle(IConsumer<byte[], byte[]> consumer)
    {
        consumer.Pause(consumer.Assignment);
        try
        {
            // From a partition that has just been assigned.
            if (consumer.Consume(TimeSpan.Zero) is { IsPartitionEOF: false } message)
            {
                consumer.Seek(message.TopicPartitionOffset);
            }
        }
        catch (ConsumeException problem) when (!problem.Error.IsFatal)
        {
            // Whatever lasts comes again.
        }
    }

    private void Look(IConsumer<byte[], byte[]> consumer, string statistics)
    {
        foreach (var partition in consumer.Assignment)
        {
            if (consumer.GetWatermarkOffsets(partition).High is { Value: >= 0 } end)
            {
                partitions.End(partition, end.Value);
            }
        }

        troubles.Judge(statistics, consumer.Assignment.Count);
        if (_committing.IsCompleted && partitions.DrainDurable() is { Count: > 0 } durable)
        {
            _committing = Task.Run(() => Commit(consumer, durable));
        }
    }

    // For those who watch the group. It waits for a broker's answer, and reading must not.
    private static void Commit(IConsumer<byte[], byte[]> consumer, IReadOnlyList<TopicPartitionOffset> durable)
    {
        try
        {
            consumer.Commit(durable);
        }
        catch (Exception problem) when (problem is KafkaException or ObjectDisposedException)
        {
            // During a rebalance, or without a broker: the next one comes soon.
        }
    }
}
