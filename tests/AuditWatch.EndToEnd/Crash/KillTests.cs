using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using AuditWatch.EndToEnd.Run;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Crash;

/// <summary>
/// The promise of delivery, tried the hard way: the service is killed again and again at random moments, while it starts as well as while it works, events
/// keep coming and the receiver fails now and then. <c>AUDITWATCH_KILLS</c> says how often; 5 unless it is set.
/// </summary>
[TakesLong]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("AUDITWATCH_KILLS") is { Length: > 0 } set ? set : "5", CultureInfo.InvariantCulture);

    // How many people act in one request to the webhook, each an alert of its own.
    private const int Together = 5;

    private readonly Random _random = new(1);
    private readonly HashSet<string> _safe = [];
    private readonly List<long> _killed = [];
    private readonly Queue<string> _unsafe = new();
    private int _next;

    [Fact]
    public async Task Run_KilledAtRandomMoments_EveryAlertThatIsSafeArrivesAndOnlyAKillRepeatsOne()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = new MoodyReceiver();
        await receiver.StartAsync();
        var config = folder.Write("auditwatch.yaml", $"""
            {Rules.ExecAlone}
            state: {"{directory: state}"}
            receivers:
              - name: archive
                webhookConfigs: [{"{url: '"}{receiver.Root}/hook{"'}"}]
            route: {"{receiver: archive}"}
            """);
        for (var kill = 0; kill < Kills; kill++)
        {
            if (kill % 5 == 4)
            {
                await KillWhileStartingAsync(config);
            }
            else
            {
                await using var service = await Service.StartProcessAsync("--config", config);
                var before = _safe.Count;
                var sending = SendAsync(service);
                if (kill % 5 != 0)
                {
                    // Most die in the middle of their work, one in five perhaps before it has begun.
                    await service.UntilAsync("it takes events", () => Task.FromResult(_safe.Count > before));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500)), TimeProvider.System);
                _killed.Add(Stopwatch.GetTimestamp());
                await service.KillAsync();
                await sending;
            }
        }

        receiver.IsWell = true;
        await using (var last = await Service.StartProcessAsync("--config", config))
        {
            Assert.True(await SendOnceAsync(last));
            for (var missing = Missing(); missing > 0; missing = Missing())
            {
                await last.UntilAsync("more alerts to arrive", () => Task.FromResult(Missing() < missing));
            }

            Assert.Equal(0, await last.StopAsync());
        }

        int Missing() => _safe.Count(actor => !receiver.Taken.ContainsKey(actor));

        // Nothing is told again after a clean restart.
        var taken = receiver.Taken.Values.Sum(times => times.Count);
        await using (var after = await Service.StartProcessAsync("--config", config))
        {
            Assert.Equal(0, await after.StopAsync());
        }

        output.WriteLine($"{Kills} kills, {_safe.Count} alerts, {receiver.Taken.Count(pair => pair.Value.Count == 2)} of them delivered twice, {receiver.Taken.Count(pair => pair.Value.Count > 2)} more often");
        Assert.InRange(_safe.Count, Together * Kills / 2, int.MaxValue);
        Assert.Equal(taken, receiver.Taken.Values.Sum(times => times.Count));
        Assert.All(receiver.Taken, pair => Assert.All(pair.Value.Zip(pair.Value.Skip(1)), two => Assert.Contains(_killed, kill => WasBetween(kill, two))));

        // What had been sent may be taken at the moment of the kill, and a little later where the machine is busy.
        static bool WasBetween(long kill, (long One, long Another) taken) => kill > taken.One - Stopwatch.Frequency && kill < taken.Another;
    }

    // As an API server does: what was not taken is sent again, later.
    private async Task SendAsync(Service service)
    {
        do
        {
            while (_unsafe.Count < Together)
            {
                _unsafe.Enqueue($"user{_next++}");
            }
        }
        while (await SendOnceAsync(service));
    }

    private async Task<bool> SendOnceAsync(Service service)
    {
        var actors = _unsafe.ToArray();
        if (!await WasTakenAsync(service.Http.PostAsync("/webhook", new StringContent(string.Join('\n', actors.Select(Exec)), Encoding.UTF8, "application/json"))))
        {
            return false;
        }

        _safe.UnionWith(actors);
        _unsafe.Clear();
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);
        return true;
    }

    private static async Task<bool> WasTakenAsync(Task<HttpResponseMessage> answer)
    {
        try
        {
            return (await answer).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task KillWhileStartingAsync(string config)
    {
        using var process = Process.Start(new ProcessStartInfo(Cli.Executable, ["run", "--listen", "127.0.0.1:0", "--config", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1500)), TimeProvider.System);
        _killed.Add(Stopwatch.GetTimestamp());
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static string Exec(string actor) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"{{actor}}","stage":"ResponseStarted","requestURI":"/api/v1/namespaces/payments/pods/shell/exec?command=id","verb":"create","user":{"username":"{{actor}}"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"pods","namespace":"payments","name":"shell","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":101},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}
        """;
}
