using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>A client with a token takes all that it can get of connections, bodies, memory, the queue and alerts: another has its share of each nevertheless.</summary>
public sealed class SharesTests
{
    [Fact]
    public async Task Run_ConnectionsOfOneTenantByTheHundred_EndNoneOfAnother()
    {
        await using var tenants = await TwoTenants.StartAsync("{connections: 32}");
        await using var idle = await tenants.ConnectAsync();
        Assert.Equal("200", await AskAsync(idle, TwoTenants.Honest, "honest"));
        var greedy = new List<Stream>();

        for (var i = 0; i < 100; i++)
        {
            var connection = await tenants.ConnectAsync();
            greedy.Add(connection);
            Assert.Equal("200", await AskAsync(connection, TwoTenants.Greedy, "greedy"));
        }

        Assert.Equal("200", await AskAsync(idle, TwoTenants.Honest, "honest"));
        using var another = tenants.Client(TwoTenants.Honest);
        Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(another, "honest"));
        Assert.InRange(await tenants.Service.MetricAsync("auditwatch_connections_ended_total{reason=\"crowded\"}") ?? 0, 60, 100);
        greedy.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_OneTenantsSlowBodies_CostOthersNothing()
    {
        await using var tenants = await TwoTenants.StartAsync("{requests: 32}");

        var slow = new[] { await tenants.PostEndlesslyAsync(30, "greedy"), await tenants.PostEndlesslyAsync(30, "other") };

        // Those that are refused are answered at once; the others are under way for as long as their bodies take.
        await UnderWayAsync(tenants, requests: 23, refused: 37);
        var own = await tenants.PostEndlesslyAsync(3, "honest", token: TwoTenants.Honest);
        await UnderWayAsync(tenants, requests: 26, refused: 37);
        await PostAsync(tenants, TwoTenants.Honest, "honest", times: 100);
        Assert.Equal(37, await tenants.Service.RequestsAsync("429"));
        slow.SelectMany(one => one).Concat(own).ToList().ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_SlowBodiesOfOneClusterOfATenant_LeaveItsOtherClusterSome()
    {
        await using var tenants = await TwoTenants.StartAsync("{requests: 32}");

        var slow = await tenants.PostEndlesslyAsync(40, "greedy");

        await UnderWayAsync(tenants, requests: 18, refused: 22);
        await PostAsync(tenants, TwoTenants.Greedy, "other", times: 20);
        Assert.Equal(22, await tenants.Service.RequestsAsync("429"));
        slow.ToList().ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_OneTenantsBodiesFillItsShareOfMemory_OthersAreReadAtOnce()
    {
        await using var tenants = await TwoTenants.StartAsync("{inFlight: 4MiB, event: 1MiB}");

        var begun = await tenants.PostEndlesslyAsync(20, "greedy", bytes: 100_000);

        // Six are being read; the others wait until there is more than what is left for others.
        await tenants.Service.UntilAsync("the memory to be taken", async () =>
            await tenants.Service.MetricAsync("auditwatch_webhook_held_bytes") > 3_000_000 && await tenants.Service.MetricAsync("auditwatch_webhook_active_requests") == 20);
        await PostAsync(tenants, TwoTenants.Honest, "honest", times: 20);
        Assert.InRange(await tenants.Service.MetricAsync("auditwatch_webhook_held_bytes") ?? 0, 3_000_000, 4 << 20);
        begun.ToList().ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Run_OneTenantPostsAsFastAsItCan_OthersTakeTurnsWithItInTheQueue()
    {
        const int posts = 20;
        await using var tenants = await TwoTenants.StartAsync("{requests: 64, inFlight: 256MiB}", Rules.ExecAlone);
        using var ending = new CancellationTokenSource();
        using var greedy = tenants.Client(TwoTenants.Greedy);
        var answered = 0;
        var flood = Enumerable.Range(0, 36).Select(async n =>
        {
            for (var i = 0; !ending.IsCancellationRequested; i++)
            {
                Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(greedy, "greedy", string.Join('\n', Enumerable.Range(0, 500).Select(k => ExecEvent.By($"mallory-{k}", $"{n}-{i}-{k}")))));
                Interlocked.Increment(ref answered);
            }
        }).ToList();
        await tenants.Service.UntilAsync("the queue to be full", async () => await tenants.Service.MetricAsync("auditwatch_webhook_queued_batches") >= 16);

        var before = answered;
        await PostAsync(tenants, TwoTenants.Honest, "honest", posts);
        var meanwhile = answered - before;

        await ending.CancelAsync();
        await Task.WhenAll(flood);
        Assert.InRange(meanwhile, 1, 5 * posts);
    }

    [Fact]
    public async Task Run_AlertsOfOneClusterByTheThousand_PushOutNoneOfAnother()
    {
        // With so little memory no more than some thousand alerts are open.
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartWithAsync(("DOTNET_GCHeapHardLimit", (256L << 20).ToString("x", null)), "--config", folder.Write("auditwatch.yaml", $"{Rules.ExecAlone}\n"));
        Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(service.Http, "honest", ExecEvent.By("jane", "1")));

        foreach (var accounts in Enumerable.Range(0, 6_000).Chunk(500))
        {
            Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(service.Http, "greedy", string.Join('\n', accounts.Select(n => ExecEvent.By($"mallory-{n}", $"{n}")))));
        }

        Assert.InRange(await service.MetricAsync("auditwatch_alerts") ?? 0, 1_000, 5_900);
        Assert.Single(JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?cluster=honest&status=open"))!["alerts"]!.AsArray());
    }

    private static Task UnderWayAsync(TwoTenants tenants, int requests, int refused) => tenants.Service.UntilAsync("the slow ones to be under way", async () =>
        await tenants.Service.MetricAsync("auditwatch_webhook_active_requests") == requests && await tenants.Service.RequestsAsync("429") == refused);

    private static async Task PostAsync(TwoTenants tenants, string token, string cluster, int times)
    {
        using var client = tenants.Client(token);
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await TwoTenants.PostAsync(client, cluster));
        }
    }

    // One post on a connection, which stays open: the status of the answer.
    private static async Task<string> AskAsync(Stream connection, string token, string cluster)
    {
        await connection.WriteAsync(Encoding.UTF8.GetBytes($"POST /webhook/{cluster} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {Encoding.UTF8.GetByteCount(Sample.Lines[0])}\r\n\r\n{Sample.Lines[0]}"));
        var answer = new byte[4_096];
        var read = 0;
        while (!Encoding.ASCII.GetString(answer, 0, read).Contains("0 rejected", StringComparison.Ordinal))
        {
            var more = await connection.ReadAsync(answer.AsMemory(read)).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(more > 0, $"the connection ended after {Encoding.ASCII.GetString(answer, 0, read)}");
            read += more;
        }

        return Encoding.ASCII.GetString(answer, 9, 3);
    }
}
