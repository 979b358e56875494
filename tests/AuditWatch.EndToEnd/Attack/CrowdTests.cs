using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Those who take all connections there are, or ask for ever, without credentials: others do not notice.</summary>
public sealed class CrowdTests
{
    [Fact]
    public async Task Run_IdleTlsConnectionsByTheHundred_ShutOutNeitherProbesNorApiServers()
    {
        await using var tenants = await TwoTenants.StartAsync("{connections: 64}");
        var service = tenants.Service;
        using var apiServer = tenants.Client(TwoTenants.Honest);
        Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(apiServer, "honest"));
        var idle = new List<SslStream>();

        for (var i = 0; i < 200; i++)
        {
            idle.Add(await tenants.ConnectAsync());
            if (i % 50 == 0)
            {
                Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(apiServer, "honest"));
                await ProbeAsync(tenants);
            }
        }

        await ProbeAsync(tenants);
        Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(apiServer, "honest"));
        Assert.InRange(await service.MetricAsync("auditwatch_connections_ended_total{reason=\"crowded\"}") ?? 0, 100, 1_000);
        Assert.Single(service.Error.Split('\n'), line => line.Contains("There are more than 64 connections", StringComparison.Ordinal));
        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_ProbesAtAnAddressOfTheirOwn_AnswerAloneWhateverCrowdsTheWebhook()
    {
        var port = HttpStandIn.FreePort();
        await using var tenants = await TwoTenants.StartAsync("{connections: 16}", $"probes: {{listen: '127.0.0.1:{port}'}}");
        var idle = new List<SslStream>();
        for (var i = 0; i < 50; i++)
        {
            idle.Add(await tenants.ConnectAsync());
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
        await using var tenants = await TwoTenants.StartAsync("{headerTimeout: 2s}");
        var service = tenants.Service;
        using var handshake = new TcpClient();
        await handshake.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);

        // The head of a record of 512 bytes, in which a ClientHello would be.
        await handshake.GetStream().WriteAsync("\u0016\u0003\u0001\u0002\u0000"u8.ToArray());
        await using var silent = await tenants.ConnectAsync();

        await UntilEndedAsync(silent);
        await UntilEndedAsync(handshake.GetStream());

        Assert.Equal(2, await service.MetricAsync("auditwatch_connections_ended_total{reason=\"silent\"}"));
    }

    [Fact]
    public async Task Run_RequestsWithoutCredentialsByTheThousand_AddNoMoreThanALineOfAKindToTheLog()
    {
        await using var tenants = await TwoTenants.StartAsync("{}");
        var service = tenants.Service;
        using var stranger = tenants.Client(token: null);
        using var impostor = tenants.Client("a-token-that-nobody-has");
        var before = service.Error.Split('\n').Length;

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await TwoTenants.PostAsync(stranger, "honest"));
            Assert.Equal(HttpStatusCode.Unauthorized, await TwoTenants.PostAsync(impostor, $"cluster-{i}"));
            using var action = await stranger.PostAsync(new Uri("/api/v1/silences", UriKind.Relative), new StringContent("{}"));
            Assert.False(action.IsSuccessStatusCode);
            using var plain = new TcpClient();
            await plain.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);
            await plain.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        }

        Assert.Equal(1_000, await service.RequestsAsync("401"));
        Assert.InRange(service.Error.Split('\n').Length - before, 1, 4);
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

    private static async Task ProbeAsync(TwoTenants tenants)
    {
        // As the kubelet does: a connection of its own each time.
        using var probe = tenants.Client(token: null);
        probe.Timeout = TimeSpan.FromSeconds(30);
        Assert.Equal("ok\n", await probe.GetStringAsync("/healthz"));
    }
}
