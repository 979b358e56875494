using System.Globalization;
using System.Text;
using AuditWatch.Events;
using Confluent.Kafka;

namespace AuditWatch.Sources.Kafka;

/// <summary>
/// How far each partition has been read. The position is in the state, where it is stored with what the messages came to; what Kafka has stored for the group is for those who watch it. Thread-safe.
/// </summary>
/// <param name="options">Where to begin without a position.</param>
/// <param name="lastCheckpoint">Returns the value of the last checkpoint that was stored under a key; null if there was none.</param>
internal sealed class KafkaPartitions(KafkaOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint)
{
    private readonly Lock _lock = new();

    // Of every partition that was ever assigned to this process; what was read of it is never read again.
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly Dictionary<string, string> _topicIds = new(StringComparer.Ordinal);
    private readonly Dictionary<TopicPartition, long?> _ends = [];
    private readonly Dictionary<TopicPartition, long> _durable = [];
    private readonly List<(TopicPartition Partition, long Count)> _lost = [];

    /// <summary>The partitions that are assigned, in order.</summary>
    public IReadOnlyList<KafkaPartition> Assigned
    {
        get
        {
            lock (_lock)
            {
                return [.. _ends.Select(pair => Describe(pair.Key, pair.Value)).OrderBy(one => one.Topic, StringComparer.Ordinal).ThenBy(one => one.Partition)];
            }
        }
    }

    /// <summary>
    /// Where to begin with partitions that the group has assigned. The first to ask for a topic begins where the options say; a partition that a known topic has got since begins with its first message, and so does a
    /// topic that was made anew, whose offsets mean something else.
    /// </summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="topicIds">What Kafka calls the topics, each made anew by another name; without those of which it does not say.</param>
    public IReadOnlyList<KafkaStart> Assign(IReadOnlyList<TopicPartition> partitions, IReadOnlyDictionary<string, string> topicIds)
    {
        lock (_lock)
        {
            var anew = topicIds.Where(topic => _topicIds.TryGetValue(topic.Key, out var known) && known != topic.Value).Select(topic => topic.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _next.Keys.Where(partition => anew.Contains(partition.Topic)).ToList())
            {
                _next.Remove(gone);
                _durable.Remove(gone);
            }

            foreach (var (topic, id) in topicIds)
            {
                _topicIds[topic] = id;
            }

            foreach (var partition in partitions)
            {
                _ends[partition] = null;
                if (_next.ContainsKey(partition) || Stored(partition) is not { } stored)
                {
                    continue;
                }

                if (stored.TopicId is { } id && !_topicIds.TryAdd(partition.Topic, id) && _topicIds[partition.Topic] != id)
                {
                    anew.Add(partition.Topic);
                }
                else
                {
                    _next[partition] = stored.Next;
                }
            }

            var known = _next.Keys.Select(partition => partition.Topic).ToHashSet(StringComparer.Ordinal);
            return [.. partitions.Select(partition => _next.TryGetValue(partition, out var next) ? new KafkaStart(partition, next, KafkaStartReason.Position)
                : anew.Contains(partition.Topic) ? new KafkaStart(partition, Offset.Beginning, KafkaStartReason.TopicMadeAnew)
                : known.Contains(partition.Topic) ? new KafkaStart(partition, Offset.Beginning, KafkaStartReason.PartitionAdded)
                : new KafkaStart(partition, options.FromEarliest ? Offset.Beginning : Offset.End, KafkaStartReason.NoPosition))];
        }
    }

    /// <summary>The group has given partitions to others, or to nobody.</summary>
    public void Revoke(IEnumerable<TopicPartition> partitions)
    {
        lock (_lock)
        {
            foreach (var partition in partitions)
            {
                _ends.Remove(partition);
                _durable.Remove(partition);
            }
        }
    }

    /// <summary>The next offset to read; null if nothing has been read yet.</summary>
    public long? Next(TopicPartition partition)
    {
        lock (_lock)
        {
            return _next.TryGetValue(partition, out var next) ? next : null;
        }
    }

    /// <summary>Notes the next offset to read.</summary>
    public void Advance(TopicPartition partition, long next)
    {
        lock (_lock)
        {
            _next[partition] = next;
        }
    }

    /// <summary>Notes where a partition ends at the moment.</summary>
    public void End(TopicPartition partition, long end)
    {
        lock (_lock)
        {
            if (_ends.TryGetValue(partition, out var known) && end >= (known ?? 0))
            {
                _ends[partition] = end;
            }
        }
    }

    /// <summary>Messages of a partition were gone before they were read.</summary>
    public void Lose(TopicPartition partition, long count)
    {
        lock (_lock)
        {
            _lost.Add((partition, count));
        }
    }

    /// <summary>What was lost since the last call.</summary>
    public IReadOnlyList<(TopicPartition Partition, long Count)> DrainLost()
    {
        lock (_lock)
        {
            (TopicPartition, long)[] lost = [.. _lost];
            _lost.Clear();
            return lost;
        }
    }

    /// <summary>What came of all messages before an offset is durable.</summary>
    public void Keep(TopicPartition partition, long next)
    {
        lock (_lock)
        {
            if (_ends.ContainsKey(partition))
            {
                _durable[partition] = next;
            }
        }
    }

    /// <summary>What has become durable since the last call.</summary>
    public IReadOnlyList<TopicPartitionOffset> DrainDurable()
    {
        lock (_lock)
        {
            var durable = _durable.Select(pair => new TopicPartitionOffset(pair.Key, pair.Value)).ToList();
            _durable.Clear();
            return durable;
        }
    }

    /// <summary>The position before an offset, and of which topic it is, to be stored with what came of the messages before it.</summary>
    public Checkpoint CheckpointAt(TopicPartition partition, long next)
    {
        lock (_lock)
        {
            var position = next.ToString(CultureInfo.InvariantCulture);
            return new(KeyOf(partition), Encoding.ASCII.GetBytes(_topicIds.TryGetValue(partition.Topic, out var id) ? $"{position} {id}" : position));
        }
    }

    private string KeyOf(TopicPartition partition) => string.Create(CultureInfo.InvariantCulture, $"kafka:{options.Group}:{partition.Topic}:{partition.Partition.Value}");

    private (long Next, string? TopicId)? Stored(TopicPartition partition)
    {
        string[] parts = lastCheckpoint(KeyOf(partition)) is { } value ? Encoding.ASCII.GetString(value.Span).Split(' ', 2) : [];
        return parts.Length > 0 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var next) ? (next, parts.ElementAtOrDefault(1)) : null;
    }

    private KafkaPartition Describe(TopicPartition partition, long? end)
    {
        long? next = _next.TryGetValue(partition, out var known) ? known : null;
        return new KafkaPartition(partition.Topic, partition.Partition.Value, next, end is null || next is null ? null : Math.Max(0, end.Value - next.Value));
    }
}

/// <summary>How far a partition has been read.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Next">The offset of the next message to read; null if none was read and no position was stored.</param>
/// <param name="Lag">How many messages there are from there to the end; null if that is not known yet.</param>
internal sealed record KafkaPartition(string Topic, int Partition, long? Next, long? Lag);

/// <summary>Where to begin with a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset, which may be the beginning or the end, wherever they are.</param>
/// <param name="Reason">Why there.</param>
internal sealed record KafkaStart(TopicPartition Partition, Offset Offset, KafkaStartReason Reason);

/// <summary>Why a partition is read from where it is.</summary>
internal enum KafkaStartReason
{
    /// <summary>It has been read up to there.</summary>
    Position,

    /// <summary>Nothing of its topic has been read, and the options say so.</summary>
    NoPosition,

    /// <summary>Other partitions of its topic have been read, and it was not there then.</summary>
    PartitionAdded,

    /// <summary>What has been read was another topic of that name.</summary>
    TopicMadeAnew,
}
