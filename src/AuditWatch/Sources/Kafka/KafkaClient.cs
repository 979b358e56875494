using Confluent.Kafka;

namespace AuditWatch.Sources.Kafka;

/// <summary>
/// How librdkafka is set up. Positions are ours: it neither stores nor commits any by itself, and where one is not there any more it says so instead of going on elsewhere. The assignment is
/// cooperative-sticky and nothing else: one group cannot have both that and the eager strategies.
/// </summary>
/// <seealso href="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md"/>
internal static class KafkaClient
{
    /// <summary>How often it says how it is.</summary>
    public static readonly TimeSpan StatisticsInterval = TimeSpan.FromSeconds(2);

    // After so long the group gives the partitions of a process that was killed to others, or back to it. The least that brokers allow by default is 6 s.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The settings of a consumer.</summary>
    public static ConsumerConfig ConfigOf(KafkaOptions options)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = string.Join(',', options.Brokers),
            ClientId = "auditwatch",
            GroupId = options.Group,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = (int)SessionTimeout.TotalMilliseconds,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            StatisticsIntervalMs = (int)StatisticsInterval.TotalMilliseconds,
            ConsumeResultFields = options.ClusterFromHeader is null ? "topic" : "topic,headers",
            QueuedMaxMessagesKbytes = options.MaxBytesAhead >> 10,
            FetchMaxBytes = options.MaxBytesAhead,
            FetchQueueBackoffMs = 20,
            LogConnectionClose = false,
            SecurityProtocol = (options.Tls, options.Sasl) switch
            {
                (null, null) => SecurityProtocol.Plaintext,
                (null, _) => SecurityProtocol.SaslPlaintext,
                (_, null) => SecurityProtocol.Ssl,
                _ => SecurityProtocol.SaslSsl,
            },
        };
        if (options.Tls is { } tls)
        {
            (config.SslCaLocation, config.SslCertificateLocation, config.SslKeyLocation) = (tls.AuthorityFile, tls.CertificateFile, tls.KeyFile);
        }

        if (options.Sasl is { } sasl)
        {
            SignIn(config, sasl);
        }

        return config;
    }

    private static void SignIn(ConsumerConfig config, KafkaSasl sasl)
    {
        config.SaslMechanism = sasl.Mechanism switch
        {
            KafkaSaslMechanism.Plain => SaslMechanism.Plain,
            KafkaSaslMechanism.ScramSha256 => SaslMechanism.ScramSha256,
            KafkaSaslMechanism.ScramSha512 => SaslMechanism.ScramSha512,
            _ => SaslMechanism.OAuthBearer,
        };
        if (sasl.Mechanism == KafkaSaslMechanism.OAuthBearer)
        {
            config.SaslOauthbearerMethod = SaslOauthbearerMethod.Oidc;
            config.SaslOauthbearerTokenEndpointUrl = sasl.TokenEndpoint!.AbsoluteUri;
            (config.SaslOauthbearerClientId, config.SaslOauthbearerClientSecret, config.SaslOauthbearerScope) = (sasl.Name, sasl.RevealSecret(), sasl.Scope);
        }
        else
        {
            (config.SaslUsername, config.SaslPassword) = (sasl.Name, sasl.RevealSecret());
        }
    }
}
