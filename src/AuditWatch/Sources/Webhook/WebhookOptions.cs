using AuditWatch.Sources.Webhook.Access;

namespace AuditWatch.Sources.Webhook;

/// <summary>Who may post to the webhook, and its limits, which bound its memory whatever is sent. Immutable.</summary>
public sealed record WebhookOptions
{
    /// <summary>The least that <see cref="MaxBytesInFlight"/> may be, in bytes: 4 MiB.</summary>
    public const long LeastBytesInFlight = 4 << 20;

    /// <summary>The files that make it speak TLS; null for none. Default: null.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Who may post. Default: anybody.</summary>
    public AuthenticationOptions Authentication { get; init; } = new();

    /// <summary>The file in which rejected input is noted; null for none. Default: null.</summary>
    public RejectedInputOptions? RejectedInput { get; init; }

    /// <summary>Bytes of a request's body, as it is sent and once it is decompressed. 64 MiB by default: API servers send large batches.</summary>
    public long MaxBodyBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of one event, at least 1. 16 MiB by default.</summary>
    public int MaxEventBytes { get; init; } = EventBatchReader.DefaultMaxEventBytes;

    /// <summary>Requests that are being received or waiting for their events to be processed, at least 1; of one client three quarters at most, and up to twice as many while clients have no more than an equal part each. 128 by default: an API server sends ten lists a second, whatever holds them up for a while.</summary>
    public int MaxRequests { get; init; } = 128;

    /// <summary>Open connections to each address that is listened on, at least 1; of more than that, some are ended in a fair order. 512 by default: an API server needs one or two.</summary>
    public int MaxConnections { get; init; } = 512;

    /// <summary>Bytes of memory that requests together hold until the pipeline is done with them, at least <see cref="LeastBytesInFlight"/>. 32 MiB by default: there is room for the longest event among many others.</summary>
    public long MaxBytesInFlight { get; init; } = 32 << 20;

    /// <summary>Batches of one client, of about half a megabyte each, that wait for the pipeline, at least 1. 16 by default.</summary>
    public int MaxQueuedBatches { get; init; } = 16;

    /// <summary>How long a client may take to send the head of a request; from the first moment of a connection, its TLS handshake included, to its first request. 10 seconds by default.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take in all to send a body; what it waits for the webhook does not count. 60 seconds by default.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a request waits for the pipeline before it is told to come again. 25 seconds by default, a little less than
    /// an API server waits for an answer.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(25);
}
