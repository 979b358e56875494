using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Sources.Kafka;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Configuration;

public sealed class KafkaSectionTests : IDisposable
{
    private const string Least = "brokers: [a], topics: [t]";

    private readonly TemporaryFolder _folder = new();

    public KafkaSectionTests()
    {
        using var authority = new TestAuthority();
        authority.Write(_folder.FullName);
        authority.WriteAuthority(_folder.FullName);
        _folder.Write("password", "cAnArY-password\n");
        _folder.Write("nothing", "\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_Least_HasTheDefaults()
    {
        var kafka = Assert.Single(Valid(Least));

        Assert.Equivalent(new KafkaOptions { Brokers = ["a"], Topics = ["t"], Group = "auditwatch", MaxMessageBytes = 16 << 20, MaxBytesAhead = 16 << 20 }, kafka, strict: true);
    }

    [Fact]
    public void Parse_Everything_IsUnderstood()
    {
        var kafka = Assert.Single(Valid(
            "brokers: [a.example.com:9093, '[::1]:9092', 10.0.0.1], topics: [t, u.v_w-x], group: g, cluster: production, start: earliest, maxMessage: 1MiB, maxAhead: 64MiB, tls: {caFile: authority.pem, certFile: server.pem, keyFile: server.key}, "
            + "sasl: {mechanism: scram-sha-512, username: u, passwordFile: password}"));

        Assert.Equal(["a.example.com:9093", "[::1]:9092", "10.0.0.1"], kafka.Brokers);
        Assert.Equal(["t", "u.v_w-x"], kafka.Topics);
        Assert.Equal(("g", "production", true, 1 << 20, 64 << 20), (kafka.Group, kafka.Cluster, kafka.FromEarliest, kafka.MaxMessageBytes, kafka.MaxBytesAhead));
        Assert.Equal(new KafkaTls(_folder["authority.pem"], _folder["server.pem"], _folder["server.key"]), kafka.Tls);
        Assert.Equal((KafkaSaslMechanism.ScramSha512, "u", "cAnArY-password"), (kafka.Sasl!.Mechanism, kafka.Sasl.Name, kafka.Sasl.RevealSecret()));
        Assert.DoesNotContain("cAnArY", kafka.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OAuth_IsUnderstood()
    {
        var sasl = Assert.Single(Valid(Least + ", tls: {}, sasl: {mechanism: oauthbearer, clientId: c, clientSecretFile: password, tokenEndpoint: 'https://login.example.com/token', scope: kafka}")).Sasl!;

        Assert.Equal((KafkaSaslMechanism.OAuthBearer, "c", "cAnArY-password", "https://login.example.com/token", "kafka"), (sasl.Mechanism, sasl.Name, sasl.RevealSecret(), sasl.TokenEndpoint!.AbsoluteUri, sasl.Scope));
    }

    [Fact]
    public void Parse_List_IsOfSeveral() => Assert.Equal(["one", "two"], Valid("brokers: [a], topics: [t], group: one}, {brokers: [b], topics: [t], group: two").Select(one => one.Group));

    [Theory]
    [InlineData("topics: [t]", "'brokers' is missing, such as [kafka-1.example.com:9093]")]
    [InlineData("brokers: [], topics: [t]", "'brokers' is missing")]
    [InlineData("brokers: [a]", "'topics' is missing, such as [kubernetes-audit]")]
    [InlineData("brokers: ['https://a:1'], topics: [t]", "'https://a:1' is not host:port")]
    [InlineData("brokers: ['a:1,b:2'], topics: [t]", "'a:1,b:2' is not host:port")]
    [InlineData("brokers: [a], topics: ['^t']", "'^t' is not the name of a topic")]
    [InlineData("brokers: [a], topics: [..]", "'..' is not the name of a topic")]
    [InlineData("brokers: [a], topic: [t], topics: [t]", "unknown key 'topic': it is called 'topics' here")]
    [InlineData(Least + ", group: ''", "'group' must be a name of at most 255 letters")]
    [InlineData(Least + ", start: beginning", "'start' must be earliest or latest, not 'beginning'")]
    [InlineData(Least + ", cluster: 'a b'", "the name of a cluster is made of at most 253 letters")]
    [InlineData(Least + ", cluster: a, clusterFromKey: true", "either 'cluster' or 'clusterFromKey' can be there, not both")]
    [InlineData(Least + ", clusterFromKey: true, clusterFromHeader: h", "either 'clusterFromKey' or 'clusterFromHeader' can be there, not both")]
    [InlineData(Least + ", maxMessage: 1GiB", "'maxMessage' must be at most 64MiB")]
    [InlineData(Least + ", maxAhead: 1KiB", "'maxAhead' must be a size such as 512MiB or 1GiB, at least 1MiB")]
    [InlineData(Least + ", tls: {caFile: missing}", "'missing' cannot be used: Could not find file")]
    [InlineData(Least + ", tls: {caFile: password}", "'password' cannot be used: there is no certificate in it")]
    [InlineData(Least + ", tls: {certFile: server.pem}", "'keyFile' is missing")]
    [InlineData(Least + ", tls: {certFile: server.pem, keyFile: password}", "'server.pem' cannot be used: the key is not the certificate's")]
    [InlineData(Least + ", tls: {}, sasl: {username: u, passwordFile: password}", "'mechanism' is missing")]
    [InlineData(Least + ", tls: {}, sasl: {mechanism: gssapi}", "'gssapi' is not one of plain, scram-sha-256, scram-sha-512, oauthbearer")]
    [InlineData(Least + ", sasl: {mechanism: plain, username: u, passwordFile: password}", "without TLS plain would send the secret for anybody to read")]
    [InlineData(Least + ", tls: {}, sasl: {mechanism: plain, username: u, passwordFile: missing}", "the secret cannot be read: Could not find file")]
    [InlineData(Least + ", tls: {}, sasl: {mechanism: plain, username: u, passwordFile: nothing}", "the file 'nothing' is empty")]
    [InlineData(Least + ", tls: {}, sasl: {mechanism: plain, username: u, password: cAnArY}", "a secret does not belong in this file")]
    [InlineData(Least + ", tls: {}, sasl: {mechanism: oauthbearer, clientId: c, clientSecretFile: password, tokenEndpoint: 'http://a/token'}", "'tokenEndpoint' must be an address such as https://")]
    [InlineData(Least + "}, {" + Least, "two entries read the topic 't' with the group 'auditwatch'")]
    public void Parse_Wrong_SaysWhatAndNoSecret(string settings, string error)
    {
        var (configuration, diagnostics) = Parse(settings);

        Assert.Null(configuration);
        Assert.Contains(error, Assert.Single(diagnostics).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cAnArY", diagnostics.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyErrors_AreAllThere() =>
        Assert.Equal(4, Parse("brokers: ['a b'], topics: ['c d'], start: now, tls: {caFile: missing}").Diagnostics.Count);

    private IReadOnlyList<KafkaOptions> Valid(string settings)
    {
        var (configuration, diagnostics) = Parse(settings);
        Assert.Empty(diagnostics);
        return configuration!.Kafka;
    }

    private (ServiceConfiguration? Configuration, Diagnostics Diagnostics) Parse(string settings)
    {
        var diagnostics = new Diagnostics();
        return (ConfigurationFile.Parse(_folder["auditwatch.yaml"], $"sources: {{kafka: [{{{settings}}}]}}", new NotifierKinds(), diagnostics), diagnostics);
    }
}
