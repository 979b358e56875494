using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.Tests;

namespace AuditWatch.EndToEnd.Run;

/// <summary>The database of a running service crashes in the middle of its work, and comes back.</summary>
[TakesLong]
public sealed class PostgresOutageTests
{
    // More than the webhook takes requests at a time.
    private const int Senders = 40;
    private const int EventsEach = 12;

    [SkippableFact]
    public async Task Run_PostgresKilledAndRestarted_LosesAndDoublesNothing()
    {
        PostgresServer.SkipUnlessInstalled();
        using var server = PostgresServer.Start();
        using var folder = new TemporaryFolder();
        folder.Write("connection", server.NewSchema());
        var config = folder.Write("auditwatch.yaml", $$$"""
            {{{Rules.ExecAlone}}}
            state: {postgres: {connectionStringFile: connection}}
            sources:
              webhook:
                listen: '127.0.0.1:0'
                limits: {requests: 4}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive}
            """);
        await using var service = await Service.StartProcessAsync("--config", config);
        var refusals = new ConcurrentBag<(HttpStatusCode Status, bool SaysWhen)>();
        var taken = 0;
        var senders = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < EventsEach; i++)
            {
                var exec = ExecEvent.By($"user{sender}-{i}", $"{sender}-{i}");
                while (!await TryPostAsync(service, exec, refusals))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
                }

                Interlocked.Increment(ref taken);
            }
        })).ToList();

        await service.UntilAsync("some are taken", () => Task.FromResult(taken >= 50));
        server.Kill();
        await service.UntilAsync("it says so", async () => (await service.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable);
        await service.UntilAsync("senders are told to come again", () => Task.FromResult(refusals.Any(refusal => refusal.Status == HttpStatusCode.TooManyRequests)));
        var takenBefore = taken;
        server.Resume();
        await Task.WhenAll(senders).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);

        Assert.True(takenBefore < Senders * EventsEach);
        Assert.All(refusals, refusal => Assert.True(refusal.SaysWhen, refusal.Status.ToString()));
        Assert.True((await service.Http.GetAsync("/readyz")).IsSuccessStatusCode);

        // At the first attempt: no connection from before the crash is used again.
        var listed = await Cli.RunAsync("alerts", "list", "--format", "json", "--url", service.Http.BaseAddress!.AbsoluteUri);
        Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
        var counts = listed.OutLines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(alert => alert.GetProperty("detection").GetProperty("name").GetString() == "exec_into_pod")
            .Select(alert => (alert.GetProperty("actor").GetString()!, alert.GetProperty("count").GetInt32())).Order().ToList();
        Assert.Equal(Enumerable.Range(0, Senders).SelectMany(sender => Enumerable.Range(0, EventsEach).Select(i => ($"user{sender}-{i}", 1))).Order(), counts);
        Assert.DoesNotContain(PostgresServer.Password, service.Error, StringComparison.Ordinal);
        Assert.Equal(0, await service.StopAsync());

        // Nobody was killed who had told of something and not yet noted it: each is told once.
        var told = File.ReadLines(folder["told.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("alert").GetProperty("actor").GetString()!).Where(actor => actor.StartsWith("user", StringComparison.Ordinal));
        Assert.Equal(counts.Select(count => count.Item1), told.Order());
    }

    private static async Task<bool> TryPostAsync(Service service, string exec, ConcurrentBag<(HttpStatusCode Status, bool SaysWhen)> refusals)
    {
        using var answer = await service.Http.PostAsync("/webhook/production", new StringContent(exec, Encoding.UTF8, "application/json"));
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            refusals.Add((answer.StatusCode, answer.Headers.RetryAfter is not null));
        }

        return answer.StatusCode == HttpStatusCode.OK;
    }
}
