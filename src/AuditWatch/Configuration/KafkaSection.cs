using System.Text.RegularExpressions;
using AuditWatch.Notifications;
using AuditWatch.Sources;
using AuditWatch.Sources.Kafka;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads <c>sources.kafka</c>: one map, or a list of them. Files of certificates and secrets must exist and be usable; their content is not quoted in errors.</summary>
internal static partial class KafkaSection
{
    private const int LongestGroup = 255;

    private static readonly string[] ClusterKeys = ["cluster", "clusterFromKey", "clusterFromHeader"];

    private static readonly Dictionary<string, KafkaSaslMechanism> Mechanisms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["plain"] = KafkaSaslMechanism.Plain,
        ["scram-sha-256"] = KafkaSaslMechanism.ScramSha256,
        ["scram-sha-512"] = KafkaSaslMechanism.ScramSha512,
        ["oauthbearer"] = KafkaSaslMechanism.OAuthBearer,
    };

    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["bootstrapServers"] = "it is called 'brokers' here",
        ["topic"] = "it is called 'topics' here",
        ["fromStart"] = "it is 'start: earliest' here",
    };

    /// <summary>The valid entries; errors are reported.</summary>
    public static IReadOnlyList<KafkaOptions> Read(YamlMap sources, Diagnostics diagnostics)
    {
        var all = new List<KafkaOptions>();
        foreach (var element in sources.TryGet("kafka", out var value) ? value.Elements : [])
        {
            var kafka = new YamlMap(element, diagnostics);
            all.Add(ReadOne(kafka, diagnostics));
            kafka.RejectUnknown(Elsewhere);
        }

        foreach (var shared in all.SelectMany(one => one.Topics.Select(topic => (one.Group, topic))).CountBy(pair => pair).Where(pair => pair.Value > 1 && all.Count > 1))
        {
            diagnostics.Error(sources.LocationOf("kafka"), $"two entries read the topic '{shared.Key.topic}' with the group '{shared.Key.Group}', under which their positions are kept: give each a 'group' of its own");
        }

        return all;
    }

    private static KafkaOptions ReadOne(YamlMap kafka, Diagnostics diagnostics)
    {
        var brokers = Texts(kafka, "brokers", "such as [kafka-1.example.com:9093]", text => BrokerPattern().IsMatch(text), "host:port, or a host where the port is 9092", diagnostics);
        var topics = Texts(kafka, "topics", "such as [kubernetes-audit]", text => TopicPattern().IsMatch(text) && text is not ("." or ".."), "the name of a topic: at most 249 letters, digits, dots, hyphens and underscores", diagnostics);
        var group = kafka.String("group") ?? KafkaOptions.DefaultGroup;
        if (group.Length is 0 or > LongestGroup)
        {
            diagnostics.Error(kafka.LocationOf("group"), $"'group' must be a name of at most {LongestGroup} letters");
        }

        var tls = Tls(kafka, diagnostics);
        return new KafkaOptions
        {
            Brokers = brokers,
            Topics = topics,
            Group = group,
            Tls = tls,
            Sasl = Sasl(kafka, tls, diagnostics),
            Cluster = Cluster(kafka, diagnostics),
            ClusterFromKey = kafka.Boolean("clusterFromKey", otherwise: false),
            ClusterFromHeader = kafka.String("clusterFromHeader"),
            FromEarliest = Start(kafka, diagnostics),
            MaxMessageBytes = Limit(kafka, "maxMessage", diagnostics) ?? EventBatchReader.DefaultMaxEventBytes,
            MaxBytesAhead = Limit(kafka, "maxAhead", diagnostics) ?? EventBatchReader.DefaultMaxEventBytes,
        };
    }

    private static List<string> Texts(YamlMap kafka, string key, string example, Func<string, bool> isRight, string shape, Diagnostics diagnostics)
    {
        var texts = new List<string>();
        List<YamlValue> elements = [.. kafka.TryGet(key, out var value) ? value.Elements : []];
        foreach (var element in elements)
        {
            if (!element.IsScalar || !isRight(element.Text))
            {
                diagnostics.Error(element.Location, $"'{element.Text}' is not {shape}");
            }
            else if (!texts.Contains(element.Text))
            {
                texts.Add(element.Text);
            }
        }

        if (elements.Count == 0)
        {
            diagnostics.Error(kafka.LocationOf(key), $"'{key}' is missing, {example}");
        }

        return texts;
    }

    private static string Cluster(YamlMap kafka, Diagnostics diagnostics)
    {
        string[] ways = [.. ClusterKeys.Where(key => kafka.TryGet(key, out var value) && value.Text != "false")];
        if (ways.Length > 1)
        {
            diagnostics.Error(kafka.LocationOf(ways[1]), $"either '{ways[0]}' or '{ways[1]}' can be there, not both");
        }

        var cluster = kafka.String("cluster") ?? "";
        if (!ClusterNames.IsName(cluster))
        {
            diagnostics.Error(kafka.LocationOf("cluster"), $"the name of a cluster is made of {ClusterNames.Rule}");
        }

        return cluster;
    }

    private static bool Start(YamlMap kafka, Diagnostics diagnostics)
    {
        switch (kafka.String("start"))
        {
            case "earliest":
                return true;
            case null or "latest":
                return false;
            case var other:
                diagnostics.Error(kafka.LocationOf("start"), $"'start' must be earliest or latest, not '{other}': where to begin when no position is stored");
                return false;
        }
    }

    private static int? Limit(YamlMap kafka, string key, Diagnostics diagnostics)
    {
        var size = kafka.Size(key, KafkaOptions.LeastBytes);
        if (size > KafkaOptions.MostBytes)
        {
            diagnostics.Error(kafka.LocationOf(key), $"'{key}' must be at most {KafkaOptions.MostBytes >> 20}MiB");
            return null;
        }

        return (int?)size;
    }

    private static KafkaTls? Tls(YamlMap kafka, Diagnostics diagnostics)
    {
        if (kafka.Map("tls") is not { } tls)
        {
            return null;
        }

        var (authority, certificate, key) = (File("caFile"), File("certFile"), File("keyFile"));
        tls.RejectUnknown();
        if (authority is not null)
        {
            TlsSection.Try(tls, "caFile", diagnostics, () => Pem.Certificates(System.IO.File.ReadAllBytes(authority)));
        }

        if (certificate is null != key is null)
        {
            tls.Missing(certificate is null ? "certFile" : "keyFile");
        }
        else if (certificate is not null)
        {
            TlsSection.Try(tls, "certFile", diagnostics, () => Pem.ServerCertificate(System.IO.File.ReadAllBytes(certificate), System.IO.File.ReadAllBytes(key!)));
        }

        return new KafkaTls(authority, certificate, key);

        string? File(string name) => tls.String(name) is { } file ? tls.Location.Resolve(file) : null;
    }

    private static KafkaSasl? Sasl(YamlMap kafka, KafkaTls? tls, Diagnostics diagnostics)
    {
        if (kafka.Map("sasl") is not { } sasl)
        {
            return null;
        }

        var given = sasl.RequiredString("mechanism");
        if (!Mechanisms.TryGetValue(given, out var mechanism) && given.Length > 0)
        {
            diagnostics.Error(sasl.LocationOf("mechanism"), $"'{given}' is not one of {string.Join(", ", Mechanisms.Keys)}");
            return null;
        }

        if (tls is null && mechanism is KafkaSaslMechanism.Plain or KafkaSaslMechanism.OAuthBearer)
        {
            diagnostics.Error(kafka.LocationOf("sasl"), $"without TLS {given} would send the secret for anybody to read: add 'tls: {{}}', or 'tls: {{caFile: PATH}}' with the authorities of the brokers");
        }

        var isOAuth = mechanism == KafkaSaslMechanism.OAuthBearer;
        var name = sasl.RequiredString(isOAuth ? "clientId" : "username");
        var secret = SecretSetting.Read(sasl, isOAuth ? "clientSecret" : "password", diagnostics);
        var endpoint = isOAuth ? TokenEndpoint(sasl, diagnostics) : null;
        var scope = isOAuth ? sasl.String("scope") : null;
        sasl.RejectUnknown();
        return secret is null ? null : new KafkaSasl(mechanism, name, secret.Reveal, endpoint, scope);
    }

    private static Uri? TokenEndpoint(YamlMap sasl, Diagnostics diagnostics)
    {
        const string key = "tokenEndpoint";
        var text = sasl.RequiredString(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
        {
            return address;
        }

        if (text.Length > 0)
        {
            diagnostics.Error(sasl.LocationOf(key), $"'{key}' must be an address such as https://login.example.com/oauth2/token");
        }

        return null;
    }

    [GeneratedRegex(@"\A([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BrokerPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,249}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TopicPattern();
}
