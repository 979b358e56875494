using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Those who take all there is, connections without credentials or requests with some: others do not notice.</summary>
public sealed class CrowdTests : IDisposable
{
    private const string Greedy = "a-token-of-the-greedy-tenant";
    private const string Honest = "a-token-of-the-honest-tenant";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_IdleTlsConnectionsByTheHundred_ShutOutNeitherProbesNorApiServers()
    {
        await using var service = await StartAsync("limits: {connections: 64}");
        using var apiServer = Client(service, Honest);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(apiServer, "honest"));
        var idle = new List<SslStream>();

        for (var i = 0; i < 200; i++)
        {
            idle.Add(await ConnectAsync(service));
            if (i % 50 == 0)
            {
                Assert.Equal(HttpStatusCode.OK, await PostAsync(apiServer, "honest"));
                await ProbeAsync(service);
            }
        }

        await ProbeAsync(service);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(apiServer, "honest"));
        Assert.InRange(await service.MetricAsync("auditwatch_connections_ended_total{reason=\"crowded\"}") ?? 0, 100, 1_000);
        Assert.Single(service.Error.Split('\n'), line => line.Contains("There are more than 64 connections", StringComparison.Ordinal));
        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_OneTenantsSlowBodies_CostOthersNothing()
    {
        await using var service = await StartAsync("limits: {requests: 32}");
        var slow = new List<SslStream>();
        for (var i = 0; i < 40; i++)
        {
            var connection = await ConnectAsync(service);
            slow.Add(connection);
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"POST /webhook/greedy HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Greedy}\r\nContent-Length: 1000000\r\n\r\n{{\"auditID\":\""));
        }

        // Those that are refused are answered at once; the others are under way for as long as their bodies take.
        await service.UntilAsync("the slow ones to be under way", async () => await service.MetricAsync("auditwatch_webhook_active_requests") >= 24 && await service.RequestsAsync("429") >= 16);
        using var others = Client(service, Honest);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await PostAsync(others, "honest"));
        }

        Assert.Equal(16, await service.RequestsAsync("429"));
        slow.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_ProbesAtAnAddressOfTheirOwn_AnswerAloneWhateverCrowdsTheWebhook()
    {
        var port = HttpStandIn.FreePort();
        await using var service = await StartAsync("limits: {connections: 16}", $"probes: {{listen: '127.0.0.1:{port}'}}");
        var idle = new List<SslStream>();
        for (var i = 0; i < 50; i++)
        {
            idle.Add(await ConnectAsync(service));
        }

        using var kubelet = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal("ok\n", await kubelet.GetStringAsync("/healthz"));
        Assert.Equal("""{"ready":true}""", await kubelet.GetStringAsync("/readyz"));
        foreach (var elsewhere in new[] { "/", "/metrics", "/api/v1/alerts", "/webhook" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await kubelet.GetAsync(elsewhere)).StatusCode);
        }

        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_ConnectionsOnWhichNothingIsAsked_AreEndedInTimeAndCounted()
    {
        await using var service = await StartAsync("limits: {headerTimeout: 2s}");
        using var handshake = new TcpClient();
        await handshake.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);

        // The head of a record of 512 bytes, in which a ClientHello would be.
        await handshake.GetStream().WriteAsync("\u0016\u0003\u0001\u0002\u0000"u8.ToArray());
        await using var silent = await ConnectAsync(service);

        await UntilEndedAsync(silent);
        await UntilEndedAsync(handshake.GetStream());

        Assert.Equal(2, await service.MetricAsync("auditwatch_connections_ended_total{reason=\"silent\"}"));
    }

    private static async Task UntilEndedAsync(Stream connection)
    {
        try
        {
            Assert.Equal(0, await connection.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        }
        catch (IOException)
        {
            // It is reset, which is an end as well.
        }
    }

    private static async Task ProbeAsync(Service service)
    {
        // As the kubelet does: a connection of its own each time.
        using var probe = Client(service, token: null);
        probe.Timeout = TimeSpan.FromSeconds(30);
        Assert.Equal("ok\n", await probe.GetStringAsync("/healthz"));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string cluster)
    {
        using var answer = await client.PostAsync(new Uri($"/webhook/{cluster}", UriKind.Relative), new StringContent(Sample.Lines[0], Encoding.UTF8, "application/json"));
        return answer.StatusCode;
    }

    private static HttpClient Client(Service service, string? token)
    {
        var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator }) { BaseAddress = service.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<SslStream> ConnectAsync(Service service)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);
        var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream;
    }

    private Task<Service> StartAsync(string limits, string more = "")
    {
        using var authority = new TestAuthority();
        authority.Write(_folder.FullName);
        _folder.Write("greedy", Greedy);
        _folder.Write("honest", Honest);
        var config = _folder.Write("auditwatch.yaml", $$"""
            sources:
              webhook:
                listen: '127.0.0.1:0'
                tls: {certFile: server.pem, keyFile: server.key}
                auth: {tokens: [{file: greedy, clusters: [greedy]}, {file: honest, clusters: [honest]}]}
                {{limits}}
            {{more}}
            """);
        return Service.StartAsync("--config", config);
    }
}
