namespace AuditWatch.Sources.Webhook;

/// <summary>What the webhook takes at most, so that memory stays bounded whatever is sent.</summary>
public sealed record WebhookOptions
{
    /// <summary>Bytes of a request's body. 64 MiB by default: API servers send large batches.</summary>
    public long MaxBodyBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of one event, at least 1. 16 MiB by default.</summary>
    public int MaxEventBytes { get; init; } = EventBatchReader.DefaultMaxEventBytes;

    /// <summary>Requests that are being received or waiting for their events to be processed, at least 1. 32 by default.</summary>
    public int MaxRequests { get; init; } = 32;

    /// <summary>Batches, of about a megabyte each, that wait for the pipeline, at least 1. 16 by default.</summary>
    public int MaxQueuedBatches { get; init; } = 16;

    /// <summary>
    /// How long a request waits for the pipeline before it is told to come again. 25 seconds by default, a little less than
    /// an API server waits for an answer.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(25);
}
