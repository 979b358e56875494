using System.Diagnostics.Metrics;

namespace AuditWatch.Sources;

/// <summary>The metrics of sources. Events are counted by the pipeline. Safe for any number of threads.</summary>
internal static class SourceMetrics
{
    private static readonly Meter Meter = new("AuditWatch");

    /// <summary>Times a tailed file was replaced by a new one.</summary>
    public static readonly Counter<long> Rotations = Meter.CreateCounter<long>("auditwatch.file.rotations", "{rotation}", "Times a tailed file was replaced by a new one.");

    /// <summary>Times a tailed file became shorter and was read again from its start.</summary>
    public static readonly Counter<long> Truncations = Meter.CreateCounter<long>("auditwatch.file.truncations", "{truncation}", "Times a tailed file became shorter.");

    /// <summary>Times a tailed file could not be opened or read.</summary>
    public static readonly Counter<long> FileErrors = Meter.CreateCounter<long>("auditwatch.file.errors", "{error}", "Times a tailed file could not be opened or read.");

    /// <summary>Files of a tailed log that were gone before they had been read to their end.</summary>
    public static readonly Counter<long> LostFiles = Meter.CreateCounter<long>("auditwatch.file.lost", "{file}", "Files of a tailed log that were gone before they had been read to their end.");

    /// <summary>What those files are known to have held that was not read; there may have been more.</summary>
    public static readonly Counter<long> LostBytes = Meter.CreateCounter<long>("auditwatch.file.lost_bytes", "By", "Bytes that those files are known to have held and that were not read.");

    /// <summary>Pieces of input that were no events and are noted in a file, or could not be, by result.</summary>
    public static readonly Counter<long> NotedRejections = Meter.CreateCounter<long>("auditwatch.rejected.noted", "{event}", "Pieces of input that were no events, by whether they could be noted.");

    /// <summary>Requests to the webhook, by the status they were answered with.</summary>
    public static readonly Counter<long> Requests = Meter.CreateCounter<long>("auditwatch.webhook.requests", "{request}", "Requests to the webhook, by status.");

    /// <summary>Requests to the webhook that have been let in and not yet answered.</summary>
    public static readonly UpDownCounter<long> ActiveRequests =
        Meter.CreateUpDownCounter<long>("auditwatch.webhook.active_requests", "{request}", "Requests to the webhook that have been let in and not yet answered.");

    /// <summary>Batches of the webhook that wait for the pipeline.</summary>
    public static readonly UpDownCounter<long> QueuedBatches =
        Meter.CreateUpDownCounter<long>("auditwatch.webhook.queued_batches", "{batch}", "Batches of the webhook that wait for the pipeline.");

    /// <summary>Memory that batches of the webhook hold until the pipeline is done with them.</summary>
    public static readonly UpDownCounter<long> HeldBytes =
        Meter.CreateUpDownCounter<long>("auditwatch.webhook.held", "By", "Memory that batches of the webhook hold until the pipeline is done with them.");
}
