using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Sources;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Configuration;

public sealed class WebhookSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WebhookSectionTests()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        authority.Write(_folder.FullName);
        authority.WriteAuthority(_folder.FullName);
        other.Write(_folder.Info.CreateSubdirectory("other").FullName);
        File.WriteAllText(PathOf("token"), "cAnArY-token-of-a-client\n");
        File.WriteAllText(PathOf("short"), "cAnArY\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_Everything_IsUnderstood()
    {
        var (configuration, diagnostics) = Parse(
            """
            sources:
              webhook:
                listen: 0.0.0.0:9880
                tls: {certFile: server.pem, keyFile: server.key, clientCaFile: authority.pem}
                auth:
                  tokens: [{file: token, clusters: [production, staging]}, {file: token}]
                  clientCertificates: [{name: kube-apiserver, clusters: [production]}]
                  oidc:
                    - {audience: a, accounts: [x@y.z], clusters: [production]}
                    - {audience: b, accounts: [x@y.z, z@y.z], issuer: "https://login.example.com", keysUrl: "https://login.example.com/keys"}
                rejectedInput: {file: rejected.jsonl, maxSize: 1MiB}
                limits: {body: 1MiB, event: 64KiB, inFlight: 8MiB, requests: 3, connections: 4, headerTimeout: 5s, bodyTimeout: 2m}
            """);

        Assert.Empty(diagnostics);
        Assert.Equivalent(
            new WebhookOptions
            {
                Tls = new TlsOptions(PathOf("server.pem"), PathOf("server.key")) { ClientAuthorityFile = PathOf("authority.pem") },
                Authentication = new AuthenticationOptions
                {
                    Tokens = [new TokenFile(PathOf("token"), ["production", "staging"]), new TokenFile(PathOf("token"), [])],
                    Certificates = [new CertificateName("kube-apiserver", ["production"])],
                    Oidc =
                    [
                        new OidcOptions("a", ["x@y.z"], ["production"]) { Issuer = "https://accounts.google.com", KeysAddress = new Uri("https://www.googleapis.com/oauth2/v3/certs") },
                        new OidcOptions("b", ["x@y.z", "z@y.z"], []) { Issuer = "https://login.example.com", KeysAddress = new Uri("https://login.example.com/keys") },
                    ],
                },
                RejectedInput = new RejectedInputOptions(PathOf("rejected.jsonl"), 1 << 20),
                MaxBodyBytes = 1 << 20,
                MaxEventBytes = 64 << 10,
                MaxBytesInFlight = 8 << 20,
                MaxRequests = 3,
                MaxConnections = 4,
                HeaderTimeout = TimeSpan.FromSeconds(5),
                BodyTimeout = TimeSpan.FromMinutes(2),
            },
            configuration!.WebhookOptions,
            strict: true);
    }

    [Theory]
    [InlineData("tls: {certFile: server.pem, keyFile: server.key}", "from other machines by anybody: add 'auth: {tokens: [{file: PATH}]}' under sources.webhook")]
    [InlineData("auth: {tokens: [{file: token}]}", "from other machines without TLS: add 'tls: {certFile: PATH, keyFile: PATH}' under sources.webhook")]
    [InlineData("insecure: false", "from other machines without TLS and by anybody: add 'tls: {certFile: PATH, keyFile: PATH}' and 'auth: {tokens: [{file: PATH}]}' under")]
    public void Parse_BeyondLoopbackWithoutBoth_SaysWhatToAdd(string settings, string error) => AssertOnlyError($"listen: '[::]:9880', {settings}", error);

    [Theory]
    [InlineData("tls: {certFile: server.pem}", "'keyFile' is missing")]
    [InlineData("tls: {certFile: server.pem, keyFile: other/server.key}", "'server.pem' cannot be used: the key is not the certificate's")]
    [InlineData("tls: {certFile: server.key, keyFile: server.key}", "'server.key' cannot be used: there is no certificate in it")]
    [InlineData("tls: {certFile: server.pem, keyFile: missing}", "'server.pem' cannot be used: Could not find file")]
    [InlineData("tls: {certFile: server.pem, keyFile: server.key, clientCaFile: token}, auth: {clientCertificates: [{name: a}]}", "'token' cannot be used: there is no certificate in it")]
    [InlineData("tls: {certFile: server.pem, keyFile: server.key, clientCaFile: authority.pem}", "'clientCaFile' alone lets nobody in")]
    [InlineData("auth: {clientCertificates: [{name: a}]}", "add 'clientCaFile: PATH' under 'tls'")]
    [InlineData("auth: {}", "'auth' lets nobody in")]
    [InlineData("auth: {oidc: [{accounts: [a]}]}", "'audience' is missing")]
    [InlineData("auth: {oidc: [{audience: a}]}", "'accounts' names none")]
    [InlineData("auth: {oidc: [{audience: a, accounts: [a], keysUrl: 'http://keys.example.com'}]}", "'keysUrl' has to begin with https://")]
    [InlineData("auth: {oidc: [{audience: a, accounts: [a], issuer: 'https://login.example.com'}]}", "where are the keys of 'https://login.example.com'?")]
    [InlineData("auth: {oidc: [{audience: a, accounts: [a], keysFile: token}]}", "'token' cannot be used: it is no set of keys")]
    [InlineData("auth: {token: [{file: token}]}, tls: {certFile: server.pem, keyFile: server.key}", "unknown key 'token'; did you mean 'tokens'?", 2)]
    [InlineData("auth: {tokens: [{file: short}]}", "'short' cannot be used: a token in it is shorter than 16 characters")]
    [InlineData("auth: {tokens: [{file: token, clusters: []}]}", "'clusters' names none")]
    [InlineData("auth: {tokens: [{file: token, clusters: }]}", "'clusters' names none")]
    [InlineData("limits: {body: 64}", "'body' must be a size such as 512MiB or 1GiB, at least 1KiB")]
    [InlineData("limits: {inFlight: 1MiB}", "'inFlight' must be a size such as 512MiB or 1GiB, at least 4MiB")]
    [InlineData("limits: {inFlight: 8MiB}", "'inFlight' must be at least twice 'event', 16384KiB here")]
    [InlineData("rejectedInput: {}", "'file' is missing")]
    [InlineData("deadLetters: {file: rejected.jsonl}", "unknown key 'deadLetters': it is called 'rejectedInput' now")]
    [InlineData("limits: {requests: 0}", "'requests' must be a whole number from 1 to 100000")]
    [InlineData("limits: {request: 5}", "unknown key 'request'; did you mean 'requests'?")]
    public void Parse_Wrong_SaysWhatAndNoSecret(string settings, string error, int errors = 1) => AssertOnlyError($"listen: '127.0.0.1:9880', {settings}", error, errors);

    private void AssertOnlyError(string settings, string error, int errors = 1)
    {
        var (configuration, diagnostics) = Parse($"sources: {{webhook: {{{settings}}}}}");

        Assert.Null(configuration);
        Assert.Equal(errors, diagnostics.Count);
        Assert.Contains(diagnostics, one => one.Message.Contains(error, StringComparison.Ordinal));
        Assert.DoesNotContain(diagnostics, one => one.Message.Contains("cAnArY", StringComparison.Ordinal));
    }

    private (ServiceConfiguration? Configuration, Diagnostics Diagnostics) Parse(string text)
    {
        var diagnostics = new Diagnostics();
        return (ConfigurationFile.Parse(PathOf("auditwatch.yaml"), text, new NotifierKinds(), diagnostics), diagnostics);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
