using System.Net;
using System.Security.Authentication;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Sources.Webhook.Access;

/// <summary>Who may post to the webhook, by token and by certificate, and what changes of the files do to that. It is long because all of it needs the same authority, certificates and token files.</summary>
public sealed class WebhookAccessTests : IDisposable
{
    private const string Token = "cAnArY-token-of-everybody";
    private const string ProductionToken = "cAnArY-token-of-production";
    private const string TwoClustersToken = "cAnArY-token-of-two-clusters";

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/webhook", Token, HttpStatusCode.OK, "")]
    [InlineData("/webhook/staging", Token, HttpStatusCode.OK, "staging")]
    [InlineData("/webhook", ProductionToken, HttpStatusCode.OK, "production")]
    [InlineData("/webhook/production", ProductionToken, HttpStatusCode.OK, "production")]
    [InlineData("/webhook/staging", ProductionToken, HttpStatusCode.Forbidden, null)]
    [InlineData("/webhook/Production", ProductionToken, HttpStatusCode.Forbidden, null)]
    [InlineData("/webhook", TwoClustersToken, HttpStatusCode.Forbidden, null)]
    [InlineData("/webhook/b", TwoClustersToken, HttpStatusCode.OK, "b")]
    [InlineData("/webhook/production", null, HttpStatusCode.Unauthorized, null)]
    [InlineData("/webhook/production", "cAnArY-token-of-productioN", HttpStatusCode.Unauthorized, null)]
    [InlineData("/webhook", "", HttpStatusCode.Unauthorized, null)]
    public async Task Post_WithToken_SpeaksForItsClustersOnly(string path, string? token, HttpStatusCode status, string? cluster)
    {
        await using var server = await WebhookServer.StartAsync(WithTokens());
        using var client = new WebhookClient(server, token: token);

        Assert.Equal(status, await client.PostAsync(path));
        Assert.Equal(cluster is null ? [] : [cluster], server.Clusters);
        Assert.Equal(0, server.Log.CountOf("cAnArY"));
    }

    [Fact]
    public async Task Post_TokenRotated_BothAreTakenWhileBothAreInTheFile()
    {
        var file = Write("rotated", "the-first-token-of-all\n");
        await using var server = await WebhookServer.StartAsync(With(new TokenFile(file, [])));
        using var first = new WebhookClient(server, token: "the-first-token-of-all");
        using var second = new WebhookClient(server, token: "the-second-token-of-all");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [await first.PostAsync(), await second.PostAsync()]);

        File.WriteAllText(file, "the-first-token-of-all\r\nthe-second-token-of-all\r\n");
        Look(server);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await first.PostAsync(), await second.PostAsync()]);

        File.WriteAllText(file, "the-second-token-of-all");
        Look(server);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await first.PostAsync(), await second.PostAsync()]);
    }

    [Fact]
    public async Task Check_TokensEmptied_NobodyIsLetIn()
    {
        var file = Write("emptied", Token);
        await using var server = await WebhookServer.StartAsync(With(new TokenFile(file, [])));
        using var client = new WebhookClient(server, token: Token);
        Assert.Equal(HttpStatusCode.OK, await client.PostAsync());

        File.WriteAllText(file, "");
        Look(server);

        Assert.Equal(HttpStatusCode.Unauthorized, await client.PostAsync());
    }

    [Theory]
    [InlineData("short")]
    [InlineData("two tokens on one line of it")]
    [InlineData(null)]
    public async Task Check_TokensBecomeUnusable_KeepsTheOnesBefore(string? broken)
    {
        var file = Write("token", Token);
        await using var server = await WebhookServer.StartAsync(With(new TokenFile(file, [])));
        using var client = new WebhookClient(server, token: Token);

        if (broken is null)
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, broken);
        }

        Look(server);
        Look(server);

        Assert.Equal(HttpStatusCode.OK, await client.PostAsync());
        Assert.Equal(1, server.Log.CountOf("cannot be used"));
        File.WriteAllText(file, ProductionToken);
        Look(server);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.PostAsync());
    }

    [Theory]
    [InlineData("production", "", "/webhook", HttpStatusCode.OK, "production")]
    [InlineData("production", "", "/webhook/staging", HttpStatusCode.Forbidden, null)]
    [InlineData("x", "production", "/webhook/production", HttpStatusCode.OK, "production")]
    [InlineData("production", "staging", "/webhook/staging", HttpStatusCode.OK, "staging")]
    [InlineData("anybody", "", "/webhook/staging", HttpStatusCode.OK, "staging")]
    [InlineData("stranger", "", "/webhook", HttpStatusCode.Unauthorized, null)]
    public async Task Post_WithCertificate_SpeaksForTheClustersOfItsNames(string name, string alternative, string path, HttpStatusCode status, string? cluster)
    {
        await using var server = await WebhookServer.StartAsync(WithCertificates());
        using var certificate = _authority.Issue(name, alternative.Length == 0 ? [] : [alternative]);
        using var client = new WebhookClient(server, certificate);

        Assert.Equal(status, await client.PostAsync(path));
        Assert.Equal(cluster is null ? [] : [cluster], server.Clusters);
    }

    [Fact]
    public async Task Post_CertificateOfAnotherAuthority_IsNotTaken()
    {
        await using var server = await WebhookServer.StartAsync(WithCertificates());
        using var other = new TestAuthority();
        using var certificate = other.Issue("production");
        using var client = new WebhookClient(server, certificate);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync());
        Assert.Empty(server.Events);
    }

    [Fact]
    public async Task Post_NoCertificate_NeedsAToken()
    {
        await using var server = await WebhookServer.StartAsync(WithCertificates(new TokenFile(Write("token", Token), [])));
        using var stranger = new WebhookClient(server);
        using var known = new WebhookClient(server, token: Token);

        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.PostAsync());
        Assert.Equal(HttpStatusCode.OK, await known.PostAsync());
    }

    [Fact]
    public async Task Post_WrongTokenAndGoodCertificate_IsNotTaken()
    {
        await using var server = await WebhookServer.StartAsync(WithCertificates(new TokenFile(Write("token", Token), [])));
        using var certificate = _authority.Issue("production");
        using var client = new WebhookClient(server, certificate, "not-a-token-of-anybody");

        Assert.Equal(HttpStatusCode.Unauthorized, await client.PostAsync());
    }

    [Fact]
    public async Task Check_ClientAuthorityReplaced_CertificatesOfTheNewOneAreTaken()
    {
        await using var server = await WebhookServer.StartAsync(WithCertificates());
        using var next = new TestAuthority();
        using var before = _authority.Issue("production");
        using var after = next.Issue("production");
        using var open = new WebhookClient(server, before);
        Assert.Equal(HttpStatusCode.OK, await open.PostAsync());

        next.WriteAuthority(_folder.FullName);
        Look(server);

        using var old = new WebhookClient(server, before);
        using var renewed = new WebhookClient(server, after);
        Assert.Equal(HttpStatusCode.OK, await renewed.PostAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, await open.PostAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => open.PostAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => old.PostAsync());
    }

    [Fact]
    public async Task Check_CertificateRenewed_NewConnectionsSeeIt()
    {
        await using var server = await WebhookServer.StartAsync(WithTls());
        using var before = new WebhookClient(server);
        await before.PostAsync();

        using var renewed = new TestAuthority();
        renewed.Write(_folder.FullName);
        Look(server);

        using var after = new WebhookClient(server);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await before.PostAsync(), await after.PostAsync()]);
        Assert.NotNull(before.ServerCertificate);
        Assert.NotEqual(before.ServerCertificate, after.ServerCertificate);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_PairHalfWritten_KeepsTheOneBeforeUntilItIsWhole(bool certificateFirst)
    {
        await using var server = await WebhookServer.StartAsync(WithTls());
        using var before = new WebhookClient(server);
        await before.PostAsync();
        using var renewed = new TestAuthority();
        var elsewhere = _folder.Info.CreateSubdirectory("renewed").FullName;
        renewed.Write(elsewhere);
        string[] order = certificateFirst ? ["server.pem", "server.key"] : ["server.key", "server.pem"];

        Move(order[0]);
        Look(server);
        Look(server);
        using var between = new WebhookClient(server);
        Assert.Equal(HttpStatusCode.OK, await between.PostAsync());
        Assert.Equal(before.ServerCertificate, between.ServerCertificate);
        Assert.Equal(1, server.Log.CountOf("the key is not the certificate's"));

        Move(order[1]);
        Look(server);
        using var after = new WebhookClient(server);
        Assert.Equal(HttpStatusCode.OK, await after.PostAsync());
        Assert.NotEqual(before.ServerCertificate, after.ServerCertificate);

        void Move(string name) => File.Copy(Path.Combine(elsewhere, name), Path.Combine(_folder.FullName, name), overwrite: true);
    }

    [Fact]
    public async Task Check_FileChanged_IsTakenOnceTwoLooksAgree()
    {
        var file = Write("token", Token);
        await using var server = await WebhookServer.StartAsync(With(new TokenFile(file, [])));
        using var client = new WebhookClient(server, token: ProductionToken);

        File.WriteAllText(file, ProductionToken);
        server.Access.Check();
        server.Access.Check();

        Assert.Equal(HttpStatusCode.OK, await client.PostAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Post_EitherVersionOfHttp_IsTaken(string version)
    {
        await using var server = await WebhookServer.StartAsync(WithTls());
        using var client = new WebhookClient(server);

        Assert.Equal(HttpStatusCode.OK, await client.PostAsync(version: Version.Parse(version)));
        Assert.Equal(HttpStatusCode.OK, await client.PostAsync(version: Version.Parse(version)));
    }

    [Fact]
    public async Task Post_ManyLongBodiesOnOneConnectionWhileMemoryIsShort_KeepNoneFromItsEnd()
    {
        await using var server = await WebhookServer.StartAsync(WithTls() with { MaxBytesInFlight = WebhookOptions.LeastBytesInFlight });
        using var client = new WebhookClient(server);
        var events = string.Concat(Enumerable.Repeat($$$"""{"auditID":"{{{new string('x', 10_000)}}}","user":{},"verb":"get"}""" + '\n', 200));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.PostAsync(version: HttpVersion.Version20, body: events)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
    }

    [Fact]
    public async Task Post_OldTls_IsNotTaken()
    {
        await using var server = await WebhookServer.StartAsync(WithTls());
#pragma warning disable CA5397, SYSLIB0039 // What has to be refused.
        using var old = new WebhookClient(server, protocols: SslProtocols.Tls11);
#pragma warning restore CA5397, SYSLIB0039
        using var oldest = new WebhookClient(server, protocols: SslProtocols.Tls12);

        await Assert.ThrowsAsync<HttpRequestException>(() => old.PostAsync());
        Assert.Equal(HttpStatusCode.OK, await oldest.PostAsync());
    }

    private static void Look(WebhookServer server)
    {
        server.Access.Check();
        server.Access.Check();
    }

    private WebhookOptions With(params TokenFile[] tokens) => WithTls() with { Authentication = new AuthenticationOptions { Tokens = tokens } };

    private WebhookOptions WithTokens() => With(
        new TokenFile(Write("any", Token), []),
        new TokenFile(Write("production", ProductionToken), ["production"]),
        new TokenFile(Write("two", TwoClustersToken), ["a", "b"]));

    private WebhookOptions WithTls()
    {
        var (certificate, key) = _authority.Write(_folder.FullName);
        return new WebhookOptions { Tls = new TlsOptions(certificate, key) };
    }

    private WebhookOptions WithCertificates(params TokenFile[] tokens)
    {
        var options = WithTls();
        return options with
        {
            Tls = options.Tls! with { ClientAuthorityFile = _authority.WriteAuthority(_folder.FullName) },
            Authentication = new AuthenticationOptions
            {
                Tokens = tokens,
                Certificates = [new CertificateName("production", ["production"]), new CertificateName("staging", ["staging"]), new CertificateName("anybody", [])],
            },
        };
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
