using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Configuration;

public sealed class PageSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PageSectionTests()
    {
        using var authority = new TestAuthority();
        authority.Write(_folder.FullName);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_NoSection_IsWhereTheWebhookIs() => Assert.Null(Parse("sources: {webhook: {listen: '127.0.0.1:9880'}}").Configuration?.Page);

    [Theory]
    [InlineData("{listen: '127.0.0.1:9881'}", "127.0.0.1:9881", false)]
    [InlineData("{listen: 'localhost:0'}", "127.0.0.1:0", false)]
    [InlineData("{listen: ':9881', insecure: true}", "[::]:9881", false)]
    [InlineData("{listen: '192.0.2.1:9881', tls: {certFile: server.pem, keyFile: server.key}}", "192.0.2.1:9881", true)]
    public void Parse_Listener_IsUnderstood(string page, string listen, bool hasTls)
    {
        var (configuration, errors) = Parse($"page: {page}");

        Assert.Empty(errors);
        Assert.Equal(listen, configuration!.Page!.Listen.ToString());
        Assert.Equal(hasTls ? new TlsOptions(_folder["server.pem"], _folder["server.key"]) : null, configuration.Page.Tls);
    }

    [Fact]
    public void Parse_Proxy_IsUnderstood()
    {
        var (configuration, errors) = Parse("""
            externalUrl: https://auditwatch.example.com
            page:
              listen: 127.0.0.1:9881
              proxy: {addresses: [127.0.0.1, 10.1.2.0/24, 'fd00::/8'], userHeader: X-Auth-Request-Email}
              roles: {viewer: ['*'], responder: soc, admin: [platform, root]}
            """);

        Assert.Empty(errors);
        var signIn = configuration!.Page!.SignIn!;
        Assert.Equal(["127.0.0.1/32", "10.1.2.0/24", "fd00::/8"], signIn.Proxy!.Addresses.Select(network => network.ToString()));
        Assert.Equal(("X-Auth-Request-Email", "X-Forwarded-Groups", "https://auditwatch.example.com/"), (signIn.Proxy.UserHeader, signIn.Proxy.GroupsHeader, signIn.Address.AbsoluteUri));
        Assert.Equal(["Viewer *", "Responder soc", "Admin platform root"], signIn.Roles.Groups.Select(one => $"{one.Key} {string.Join(' ', one.Value)}"));
    }

    [Fact]
    public void Parse_RolesPerCluster_AreUnderstood()
    {
        var (configuration, errors) = Parse("""
            externalUrl: https://auditwatch.example.com
            page:
              listen: 127.0.0.1:9881
              proxy: {addresses: [127.0.0.1]}
              roles:
                viewer: [audit]
                perCluster:
                  - {clusters: [eu, us], responder: [payments], viewer: [developers, audit]}
                  - clusters: asia
                    responder: payments
            """);

        Assert.Empty(errors);
        var roles = configuration!.Page!.SignIn!.Roles;
        Assert.Equal("responder in asia, responder in eu and us", roles.Of(["payments"])!.ToString());
        Assert.Equal("viewer, viewer in eu and us", roles.Of(["audit"])!.ToString());
        Assert.Null(roles.Of(["others"]));
    }

    [Theory]
    [InlineData("{responder: [a]}", "'clusters' has to name 1 to 100 clusters")]
    [InlineData("{clusters: [], responder: [a]}", "'clusters' has to name 1 to 100 clusters")]
    [InlineData("{clusters: [''], responder: [a]}", "'clusters' has to name 1 to 100 clusters")]
    [InlineData("{clusters: [eu]}", "nobody has a role in these clusters")]
    [InlineData("{clusters: [eu], admin: [a], viewer: [b]}", "an admin says who may do what everywhere")]
    [InlineData("{clusters: [eu], respondr: [a], viewer: [b]}", "respondr")]
    public void Parse_RolesPerClusterWithAMistake_AreReported(string perCluster, string message)
    {
        var (configuration, errors) = Parse($"externalUrl: https://a.example\npage: {{listen: '127.0.0.1:9881', proxy: {{addresses: [127.0.0.1]}}, roles: {{perCluster: [\n  {perCluster}\n]}}}}");

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains("auditwatch.yaml:3:", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{addresses: [127.0.0.1]}", "{}", "nobody would have a role")]
    [InlineData("{addresses: []}", "{viewer: ['*']}", "'addresses' says where the proxy connects from")]
    [InlineData("{}", "{viewer: ['*']}", "'addresses' says where the proxy connects from")]
    [InlineData("{addresses: [proxy.example.com]}", "{viewer: ['*']}", "'proxy.example.com' is not an address")]
    [InlineData("{addresses: [0.0.0.0/0]}", "{viewer: ['*']}", "'0.0.0.0/0' is not an address")]
    [InlineData("{addresses: [127.0.0.1], userHeader: Authorization}", "{viewer: ['*']}", "'Authorization' is not a header")]
    [InlineData("{addresses: [127.0.0.1], userHeader: X-A, groupsHeader: x-a}", "{viewer: ['*']}", "would choose groups")]
    [InlineData("{addresses: [127.0.0.1], secret: x}", "{viewer: ['*']}", "secret")]
    [InlineData("{addresses: [127.0.0.1]}", "{root: ['*']}", "root")]
    public void Parse_ProxyWithAMistake_IsReported(string proxy, string roles, string message)
    {
        var (configuration, errors) = Parse($"externalUrl: https://a.example\npage: {{listen: '127.0.0.1:9881', proxy: {proxy}, roles: {roles}}}");

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains("auditwatch.yaml:2:", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_Oidc_IsUnderstood()
    {
        _folder.Write("client-secret", "of the client\n");
        var (configuration, errors) = Parse("""
            externalUrl: https://auditwatch.example.com
            page:
              listen: 127.0.0.1:9881
              oidc: {authority: 'https://login.example.com/realms/x', clientId: auditwatch, clientSecretFile: client-secret, scopes: [groups, email], groupsClaim: roles, session: 8h}
              roles: {responder: soc}
            """);

        Assert.Empty(errors);
        var signIn = configuration!.Page!.SignIn!;
        Assert.Null(signIn.Proxy);
        var provider = signIn.Provider!;
        Assert.Equal(("https://login.example.com/realms/x", "auditwatch", "of the client"), (provider.Authority.AbsoluteUri, provider.ClientId, provider.ClientSecret));
        Assert.Equal(["openid", "groups", "email"], provider.Scopes);
        Assert.Equal(("preferred_username", "roles", TimeSpan.FromHours(8)), (provider.NameClaim, provider.GroupsClaim, provider.Session));
        Assert.DoesNotContain("of the client", signIn.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{clientId: a}", "'authority' is missing")]
    [InlineData("{authority: 'https://login.example.com'}", "'clientId' is missing")]
    [InlineData("{authority: 'http://login.example.com', clientId: a}", "is not where an OpenID provider is")]
    [InlineData("{authority: 'https://a:b@login.example.com', clientId: a}", "is not where an OpenID provider is")]
    [InlineData("{authority: 'https://login.example.com?x', clientId: a}", "is not where an OpenID provider is")]
    [InlineData("{authority: login, clientId: a}", "is not where an OpenID provider is")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, clientSecret: x}", "does not belong in this file")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, clientSecretFile: none}", "cannot be read")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, scopes: ['openid profile']}", "'openid profile' is not a scope")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, groupsClaim: ''}", "groupsClaim")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, session: 1m}", "5m to 7d")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, session: 8d}", "5m to 7d")]
    [InlineData("{authority: 'https://login.example.com', clientId: a, audience: x}", "audience")]
    [InlineData("{authority: 'https://login.example.com', clientId: a}, proxy: {addresses: [127.0.0.1]}", "leave one of them out")]
    public void Parse_OidcWithAMistake_IsReported(string oidc, string message)
    {
        var (configuration, errors) = Parse($"externalUrl: https://a.example\npage: {{listen: '127.0.0.1:9881', oidc: {oidc}, roles: {{viewer: ['*']}}}}");

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains("auditwatch.yaml:2:", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("page: {listen: '127.0.0.1:9881', oidc: {authority: 'https://login.example.com', clientId: a}, roles: {viewer: ['*']}}", "externalUrl")]
    [InlineData("externalUrl: http://a.example\npage: {listen: '127.0.0.1:9881', oidc: {authority: 'https://login.example.com', clientId: a}, roles: {viewer: ['*']}}", "in clear text")]
    [InlineData("externalUrl: https://a.example\npage: {listen: '127.0.0.1:9881', oidc: {authority: 'https://login.example.com', clientId: a}}", "nobody would have a role")]
    [InlineData("page: {listen: '127.0.0.1:9881', proxy: {addresses: [127.0.0.1]}, roles: {viewer: ['*']}}", "externalUrl")]
    [InlineData("page: {listen: '127.0.0.1:9881', roles: {viewer: ['*']}}", "'roles' are for people who have signed in")]
    public void Parse_HalfASignIn_SaysWhatIsMissing(string yaml, string message) => Assert.Contains(Parse(yaml).Errors, error => error.Contains(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("page: {listen: '0.0.0.0:9881'}", "1:8", "without TLS")]
    [InlineData("page: {listen: '0.0.0.0:9881', insecure: false}", "1:8", "without TLS")]
    [InlineData("page: {listen: 'somewhere'}", "1:8", "is not an address to listen on")]
    [InlineData("page: {listen: ':9881'}", "1:8", "':9881' can be reached from other machines without TLS")]
    [InlineData("page: {}", "1:7", "listen")]
    [InlineData("page: {listen: '127.0.0.1:9881', tls: {certFile: none.pem, keyFile: server.key}}", "1:40", "'none.pem' cannot be used")]
    [InlineData("page: {listen: '127.0.0.1:9881', tls: {certFile: server.pem, keyFile: server.key, clientCaFile: server.pem}}", "1:83", "clientCaFile")]
    [InlineData("page: {listen: '127.0.0.1:9881', auth: {}}", "1:34", "auth")]
    [InlineData("page: {listen: '127.0.0.1:9880'}\nsources: {webhook: {listen: '127.0.0.1:9880'}}", "1:8", "the webhook listens on '127.0.0.1:9880' already")]
    public void Parse_Mistake_IsReportedAtItsPlace(string yaml, string place, string message)
    {
        var (configuration, errors) = Parse(yaml);

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains($"auditwatch.yaml:{place}", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    private (ServiceConfiguration? Configuration, IReadOnlyList<string> Errors) Parse(string yaml)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Parse(_folder["auditwatch.yaml"], yaml, new NotifierKinds(), diagnostics);
        return (configuration, [.. diagnostics.Select(one => one.ToString())]);
    }
}
