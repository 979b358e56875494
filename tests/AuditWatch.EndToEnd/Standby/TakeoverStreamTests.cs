using System.Diagnostics;
using System.Globalization;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Standby;

/// <summary>
/// The promise of two replicas, tried the hard way: events keep coming, by whoever takes them, while the active one is killed, drained and stopped in turn. <c>AUDITWATCH_TAKEOVERS</c> says how often; 6 unless it
/// is set, and set it is to be where nothing else runs. What it prints are the figures of docs/scale.md: from the signal until the other one answers 200 to an event.
/// </summary>
public sealed class TakeoverStreamTests(ITestOutputHelper output)
{
    private const int Together = 5;

    private static readonly int Takeovers = int.Parse(Environment.GetEnvironmentVariable("AUDITWATCH_TAKEOVERS") is { Length: > 0 } set ? set : "6", CultureInfo.InvariantCulture);

    // The promise is 10 s for a machine that does its work. Beside all other tests it is one that does not, and there it is only to end at all.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("AUDITWATCH_TAKEOVERS") is { Length: > 0 } ? 10 : 45);
    private static readonly string[] Signals = ["KILL", "TERM", "STOP"];

    private readonly List<string> _safe = [];
    private readonly List<long> _unexpected = [];
    private readonly Dictionary<string, List<TimeSpan>> _times = Signals.ToDictionary(signal => signal, _ => new List<TimeSpan>());
    private int _next;

    [SkippableFact]
    public async Task Run_TakeoversWhileEventsCome_EveryAlertThatIsSafeArrivesAndOnlyAKillRepeatsOne()
    {
        var schema = PostgresServer.Shared().NewSchema();
        await using var receiver = new ToldActors();
        await receiver.StartAsync();
        await using var replicas = new Replicas(schema, receiver);
        var (active, standby) = await replicas.StartBothAsync();
        await PostAsync(active);
        for (var takeover = 0; takeover < Takeovers; takeover++)
        {
            var signal = Signals[takeover % Signals.Length];
            for (var i = 0; i < 20; i++)
            {
                await PostAsync(active);
            }

            var began = Stopwatch.GetTimestamp();
            if (signal != "TERM")
            {
                _unexpected.Add(began);
            }

            await active.SignalAsync(signal);
            await PostAsync(standby);
            _times[signal].Add(Stopwatch.GetElapsedTime(began));
            if (signal == "STOP")
            {
                await active.SignalAsync("CONT");
            }

            Assert.Equal(signal switch { "KILL" => 137, "TERM" => 0, _ => 1 }, await active.ExitAsync());
            (active, standby) = (standby, await replicas.StartAsync());
        }

        await active.UntilAsync("all alerts", () => Task.FromResult(_safe.TrueForAll(actor => receiver.Told.ContainsKey($"exec of {actor}"))));
        foreach (var (signal, times) in _times.Append(new("all", [.. _times.Values.SelectMany(times => times)])))
        {
            List<TimeSpan> sorted = [.. times.Order()];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{signal}: {sorted.Count} takeovers, median {sorted[sorted.Count / 2].TotalSeconds:0.0} s, max {sorted[^1].TotalSeconds:0.0} s"));
        }

        var twice = receiver.Told.Where(told => told.Value.Count > 1).ToList();
        output.WriteLine($"{_safe.Count} alerts, {twice.Count} told more than once");
        Assert.InRange(_times.Values.SelectMany(times => times).Max(), TimeSpan.Zero, Limit);

        // What was on its way when one was stopped goes out when it is continued, after the other has told it.
        Assert.All(twice, told => Assert.All(told.Value.Zip(told.Value.Skip(1)), two => Assert.Contains(_unexpected, kill => kill > two.First - ((Limit.TotalSeconds + 1) * Stopwatch.Frequency) && kill < two.Second)));
    }

    // As an API server does: what was not taken is sent again.
    private async Task PostAsync(Service service)
    {
        string[] actors = [.. Enumerable.Range(0, Together).Select(_ => $"user{_next++}")];
        await service.UntilAsync("it takes events", () => Replicas.TryPostAsync(service, "1", actors));
        _safe.AddRange(actors);
    }
}
