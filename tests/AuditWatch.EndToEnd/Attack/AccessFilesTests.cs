using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Who could post yesterday: once the files under a running service let them in no more, it does not, and their open connections end.</summary>
public sealed class AccessFilesTests
{
    private const string Token = "a-token-that-is-taken-back";

    [Fact]
    public async Task Run_AuthorityReplacedAndTokensEmptied_EndsWhatWasOpenAndKeepsNobody()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var next = new TestAuthority();
        authority.Write(folder.FullName);
        authority.WriteAuthority(folder.FullName);
        folder.Write("token", Token);
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            sources:
              webhook:
                listen: '127.0.0.1:0'
                tls: {certFile: server.pem, keyFile: server.key, clientCaFile: authority.pem}
                auth: {tokens: [{file: token}], clientCertificates: [{name: production}]}
            """));
        using var before = authority.Issue("production");
        using var after = next.Issue("production");
        using var open = Client(service, before);
        using var known = Client(service, token: Token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await PostAsync(open), await PostAsync(known)));

        next.WriteAuthority(folder.FullName);
        folder.Write("token", "");

        var last = HttpStatusCode.OK;
        await service.UntilAsync("those of the old authority to be refused", async () => (last = await PostAsync(open)) != HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, last);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(open));
        using var renewed = Client(service, after);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(renewed));
        await service.UntilAsync("the token to be refused", async () => (last = await PostAsync(known)) != HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, last);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/webhook/production", new StringContent(ExecEvent.By("jane", "1"), Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }

    // Each has a connection of its own.
    private static HttpClient Client(Service service, X509Certificate2? certificate = null, string? token = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            },
        };
        var client = new HttpClient(handler) { BaseAddress = service.Http.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
