using System.Text.Json;
using AuditWatch.Telemetry;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Kafka;

/// <summary>What goes wrong with brokers, topics and the group: counted, logged once a minute for each kind, and told as long as it lasts. Thread-safe.</summary>
/// <param name="options">What is read.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of it.</param>
/// <param name="metrics">Counts.</param>
internal sealed class KafkaTroubles(KafkaOptions options, TimeProvider time, ILogger logger, SourceInstruments metrics)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // To join a group takes as long as its other members need to let go.
    private static readonly TimeSpan Joining = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<ErrorCode, DateTimeOffset> _logged = [];
    private readonly Dictionary<string, string> _topics = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _begun = time.GetUtcNow();
    private string? _reason;
    private string? _problem;
    private DateTimeOffset? _joinedAt;

    /// <summary>Why nothing, or not everything, is read at the moment, for a person; null if all is well.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problem ?? (_topics.Count == 0 ? null : string.Join("; ", _topics.Select(pair => $"topic {pair.Key}: {pair.Value}")));
            }
        }
    }

    /// <summary>The client has met an error that it goes on after.</summary>
    /// <param name="error">The error.</param>
    /// <param name="topic">The topic that it is about; null for none.</param>
    public void Add(Error error, string? topic = null)
    {
        metrics.KafkaErrors.Add(1, new KeyValuePair<string, object?>("code", error.Code.ToString()));
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _reason = error.Reason;
            if (topic is not null)
            {
                _topics[topic] = error.Reason;
            }

            if (_logged.TryGetValue(error.Code, out var last) && now - last < Pause)
            {
                return;
            }

            _logged[error.Code] = now;
        }

        logger.LogError("Kafka ({Brokers}): {Reason} More of the kind are counted in auditwatch_kafka_errors_total.", string.Join(',', options.Brokers), Sentence(error.Reason));
    }

    /// <summary>Partitions of a topic can be read.</summary>
    public void Works(string topic)
    {
        lock (_lock)
        {
            _topics.Remove(topic);
        }
    }

    /// <summary>Takes what the client says about how it is.</summary>
    /// <param name="statistics">The JSON of librdkafka's statistics.</param>
    /// <param name="assigned">How many partitions are assigned.</param>
    /// <seealso href="https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md"/>
    public void Judge(string statistics, int assigned)
    {
        using var json = JsonDocument.Parse(statistics);
        var hasBroker = json.RootElement.GetProperty("brokers").EnumerateObject().Any(broker => broker.Value.GetProperty("state").ValueEquals("UP"u8));
        var hasJoined = json.RootElement.TryGetProperty("cgrp", out var group) && group.GetProperty("state").ValueEquals("up"u8) && group.GetProperty("join_state").ValueEquals("steady"u8);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _joinedAt = hasJoined ? now : _joinedAt;
            var before = _problem;
            _problem = !hasBroker ? $"no broker of {string.Join(',', options.Brokers)} can be reached{Because()}"
                : !hasJoined && now - (_joinedAt ?? _begun) > Joining ? $"the group '{options.Group}' has not let it in for {(now - (_joinedAt ?? _begun)).TotalSeconds:0} seconds{Because()}"
                : hasJoined && assigned == 0 && _topics.Count == 0 ? $"no partition is assigned: other members of the group '{options.Group}' have all there are"
                : null;
            if (before is not null && _problem is null)
            {
                logger.LogInformation("Kafka ({Brokers}) is read again.", string.Join(',', options.Brokers));
                _reason = null;
                _logged.Clear();
            }
        }
    }

    private string Because() => _reason is null ? "" : $": {_reason}";

    private static string Sentence(string reason) => reason.EndsWith('.') ? reason : reason + ".";
}
