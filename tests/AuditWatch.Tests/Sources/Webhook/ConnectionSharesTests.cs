using System.Net;
using AuditWatch.Sources.Webhook;
using AuditWatch.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace AuditWatch.Tests.Sources.Webhook;

public sealed class ConnectionSharesTests
{
    private static readonly TimeSpan FirstRequest = TimeSpan.FromSeconds(10);

    private readonly VirtualTime _time = new();
    private readonly RecordingLogger<WebhookSource> _log = new();
    private readonly ConnectionShares _shares;

    public ConnectionSharesTests() => _shares = new ConnectionShares(8, FirstRequest, _time, ServiceMetrics.Of(null).Sources, _log);

    [Fact]
    public void Serve_MoreThanThereMayBe_EndsTheIdlestOfWhoeverHasMost()
    {
        var probe = Open("10.0.0.1");
        var crowd = Enumerable.Range(0, 7).Select(_ => Open("10.6.6.6")).ToList();
        Ask(crowd[0]);

        var next = Open("10.0.0.2");

        Assert.True(IsEnded(crowd[1]));
        Assert.All(crowd.Where(one => one != crowd[1]).Append(probe).Append(next), one => Assert.False(IsEnded(one)));
        Assert.Equal(1, _log.CountOf("10.6.6.6"));
    }

    [Fact]
    public void Serve_CrowdOfManyAddresses_LeavesThoseWithCredentialsTheirOwn()
    {
        var known = Enumerable.Range(0, 3).Select(_ => Open("10.0.0.1")).ToList();
        known.ForEach(one => Ask(one, "token shop"));

        var crowd = Enumerable.Range(0, 100).Select(n => Open($"10.6.6.{n}")).ToList();

        Assert.All(known, one => Assert.False(IsEnded(one)));
        Assert.Equal(5, crowd.Count(one => !IsEnded(one)));
        Assert.False(IsEnded(crowd[^1]));
    }

    [Fact]
    public void Serve_OneClientWithCredentialsTakesAll_LosesItsIdlestToWhoeverComes()
    {
        var honest = Open("10.0.0.1");
        Ask(honest, "token shop");
        var greedy = Enumerable.Range(0, 20).Select(_ => Open("10.6.6.6")).ToList();
        greedy.ForEach(one => Ask(one, "token greedy"));

        var probe = Open("10.0.0.2");
        var second = Open("10.0.0.1");
        Ask(second, "token shop");

        Assert.All(new[] { honest, probe, second }, one => Assert.False(IsEnded(one)));
    }

    [Fact]
    public void Serve_AddressesOfOneNetwork_CountAsOne()
    {
        var lone = Open("2001:db8:1::1");
        var crowd = Enumerable.Range(0, 8).Select(n => Open($"2001:db8:6:6:{n}::1")).ToList();

        Assert.False(IsEnded(lone));
        Assert.True(IsEnded(crowd[0]));
    }

    [Fact]
    public void Serve_NothingIsAsked_EndsInTime()
    {
        var silent = Open("10.0.0.1");
        var asking = Open("10.0.0.1");
        Ask(asking);

        _time.Advance(FirstRequest);

        Assert.True(IsEnded(silent));
        Assert.False(IsEnded(asking));
    }

    [Fact]
    public async Task Serve_ConnectionsThatHaveEnded_CountNoMore()
    {
        for (var i = 0; i < 20; i++)
        {
            var connection = Connection("10.0.0.1");
            await _shares.ServeAsync(connection, _ => Task.CompletedTask);
            Assert.False(IsEnded(connection));
        }
    }

    private static bool IsEnded(FakeConnection connection) => connection.IsEnded;

    private static void Ask(ConnectionContext connection, string? client = null) => connection.Features.Get<SharedConnection>()!.Note(client);

    private static FakeConnection Connection(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000) };

    private FakeConnection Open(string address)
    {
        var connection = Connection(address);
        _ = _shares.ServeAsync(connection, _ => new TaskCompletionSource().Task);
        return connection;
    }

    private sealed class FakeConnection : DefaultConnectionContext
    {
        public bool IsEnded { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsEnded = true;
    }
}
