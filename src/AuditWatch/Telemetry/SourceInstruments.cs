using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What sources count. Events are counted by the processing.</summary>
internal sealed class SourceInstruments(Meter meter)
{
    /// <summary>By <c>source</c>.</summary>
    public Counter<long> Rotations { get; } = meter.CreateCounter<long>("auditwatch.file.rotations", "{rotation}", "Times a tailed file was replaced by a new one.");

    /// <summary>By <c>source</c>.</summary>
    public Counter<long> Truncations { get; } = meter.CreateCounter<long>("auditwatch.file.truncations", "{truncation}", "Times a tailed file became shorter.");

    /// <summary>By <c>source</c>.</summary>
    public Counter<long> FileErrors { get; } = meter.CreateCounter<long>("auditwatch.file.errors", "{error}", "Times a tailed file could not be opened or read.");

    /// <summary>By <c>source</c>.</summary>
    public Counter<long> LostFiles { get; } = meter.CreateCounter<long>("auditwatch.file.lost", "{file}", "Files of a tailed log that were gone before they had been read to their end.");

    /// <summary>By <c>source</c>. There may have been more.</summary>
    public Counter<long> LostBytes { get; } = meter.CreateCounter<long>("auditwatch.file.lost_bytes", "By", "Bytes that those files are known to have held and that were not read.");

    /// <summary>By <c>code</c>, librdkafka's.</summary>
    public Counter<long> KafkaErrors { get; } = meter.CreateCounter<long>("auditwatch.kafka.errors", "{error}", "Errors of Kafka's brokers, topics and groups that were met while reading.");

    /// <summary>By <c>topic</c>.</summary>
    public Counter<long> LostMessages { get; } = meter.CreateCounter<long>("auditwatch.kafka.lost", "{message}", "Messages that Kafka had deleted before they were read.");

    /// <summary>By <c>topic</c> and <c>partition</c>.</summary>
    public void MeasureKafkaLag(Func<IEnumerable<Measurement<long>>> lag) =>
        meter.CreateObservableGauge("auditwatch.kafka.lag", lag, "{message}", "Messages of a partition that have not been read yet.");

    /// <summary>By <c>result</c>: noted or failed.</summary>
    public Counter<long> NotedRejections { get; } = meter.CreateCounter<long>("auditwatch.rejected.noted", "{event}", "Pieces of input that were no events, by whether they could be noted.");

    /// <summary>By <c>code</c>.</summary>
    public Counter<long> Requests { get; } = meter.CreateCounter<long>("auditwatch.webhook.requests", "{request}", "Requests to the webhook, by status.");

    public UpDownCounter<long> ActiveRequests { get; } =
        meter.CreateUpDownCounter<long>("auditwatch.webhook.active_requests", "{request}", "Requests to the webhook that have been let in and not yet answered.");

    public UpDownCounter<long> QueuedBatches { get; } =
        meter.CreateUpDownCounter<long>("auditwatch.webhook.queued_batches", "{batch}", "Batches of the webhook that wait for the pipeline.");

    public UpDownCounter<long> HeldBytes { get; } =
        meter.CreateUpDownCounter<long>("auditwatch.webhook.held", "By", "Memory that batches of the webhook hold until the pipeline is done with them.");

    /// <summary>By <c>reason</c>: crowded or silent.</summary>
    public Counter<long> EndedConnections { get; } =
        meter.CreateCounter<long>("auditwatch.connections.ended", "{connection}", "Connections ended because there were too many, or because nothing was asked on them.");

    /// <summary>By <c>what</c> and <c>result</c>: loaded or kept.</summary>
    public Counter<long> AccessReloads { get; } = meter.CreateCounter<long>("auditwatch.webhook.reloads", "{reload}", "Reloads of the webhook's certificates and tokens, by what and result.");
}
