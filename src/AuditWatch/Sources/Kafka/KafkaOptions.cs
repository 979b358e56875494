namespace AuditWatch.Sources.Kafka;

/// <summary>Topics of a Kafka cluster to read, and how. Immutable.</summary>
public sealed record KafkaOptions
{
    /// <summary>The default of <see cref="Group"/>.</summary>
    public const string DefaultGroup = "auditwatch";

    /// <summary>The least that <see cref="MaxMessageBytes"/> and <see cref="MaxBytesAhead"/> may be: 1 MiB.</summary>
    public const int LeastBytes = 1 << 20;

    /// <summary>The most that they may be: 64 MiB.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>Brokers to find the cluster by, as host:port, or host where the port is 9092.</summary>
    public required IReadOnlyList<string> Brokers { get; init; }

    /// <summary>The names of the topics, all partitions of which are read.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>The consumer group. Processes with one state between them share it. Default: <see cref="DefaultGroup"/>.</summary>
    public string Group { get; init; } = DefaultGroup;

    /// <summary>How to speak TLS; null for not at all. Default: null.</summary>
    public KafkaTls? Tls { get; init; }

    /// <summary>How to sign in; null for not at all. Default: null.</summary>
    public KafkaSasl? Sasl { get; init; }

    /// <summary>The cluster that all events are about; empty if that is not known. Default: empty.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Whether the key of each message is the name of the cluster that its events are about. Default: false.</summary>
    public bool ClusterFromKey { get; init; }

    /// <summary>The header of each message that holds that name; null for none. Default: null.</summary>
    public string? ClusterFromHeader { get; init; }

    /// <summary>Whether to begin at the earliest message of a partition, rather than after the latest, when no position is stored. Default: false.</summary>
    public bool FromEarliest { get; init; }

    /// <summary>Bytes of a message, decompressed; longer ones are rejected. 16 MiB by default.</summary>
    public int MaxMessageBytes { get; init; } = EventBatchReader.DefaultMaxEventBytes;

    /// <summary>Bytes that are fetched before the pipeline asks for them, about: a fetch more is under way. 16 MiB by default.</summary>
    public int MaxBytesAhead { get; init; } = 16 << 20;
}

/// <summary>The files of TLS, in PEM. Immutable.</summary>
/// <param name="AuthorityFile">The authorities of the brokers' certificates; null for the machine's own.</param>
/// <param name="CertificateFile">The certificate to show, with its issuers; null for none.</param>
/// <param name="KeyFile">Its private key; null if and only if there is no certificate.</param>
public sealed record KafkaTls(string? AuthorityFile = null, string? CertificateFile = null, string? KeyFile = null);

/// <summary>How to sign in. Immutable.</summary>
/// <param name="Mechanism">The mechanism.</param>
/// <param name="Name">The user; the client's id with <see cref="KafkaSaslMechanism.OAuthBearer"/>.</param>
/// <param name="RevealSecret">Gives the password, or the client's secret.</param>
/// <param name="TokenEndpoint">Where OpenID Connect gives tokens for that; null if and only if the mechanism is another.</param>
/// <param name="Scope">The scope to ask for there; null for none.</param>
public sealed record KafkaSasl(KafkaSaslMechanism Mechanism, string Name, Func<string> RevealSecret, Uri? TokenEndpoint = null, string? Scope = null);

/// <summary>The mechanisms of SASL.</summary>
public enum KafkaSaslMechanism
{
    /// <summary>PLAIN: RFC 4616.</summary>
    Plain,

    /// <summary>SCRAM-SHA-256: RFC 7677.</summary>
    ScramSha256,

    /// <summary>SCRAM-SHA-512.</summary>
    ScramSha512,

    /// <summary>OAUTHBEARER: RFC 7628, with tokens of OpenID Connect's client credentials.</summary>
    OAuthBearer,
}
