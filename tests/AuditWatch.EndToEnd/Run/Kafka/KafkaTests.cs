using System.Text.Json;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Standby;

namespace AuditWatch.EndToEnd.Run.Kafka;

/// <summary>Topics of Kafka as the source of a running service.</summary>
[TakesLong]
public sealed class KafkaTests : KafkaScene
{
    [Fact]
    public async Task Run_KafkaHasOtherOffsets_GoesByThoseOfItsState()
    {
        var config = Configure();
        SendExecs("first", 40);
        Kafka.Commit("auditwatch", Topic, 2, 3, 4, 100);
        await using (var service = await Service.StartAsync("--config", config))
        {
            await service.UntilAsync("all are told of", () => Task.FromResult(Told().Count == 40));
            await service.UntilAsync("Kafka knows, too", async () => (await PartitionsAsync(service)).All(one => one.Lag == 0) && Kafka.CommittedBy("auditwatch", Topic, 0) == 10);
            Assert.Equal(40, await service.MetricAsync("auditwatch_events_total"));
            Assert.Equal(0, await service.MetricAsync("auditwatch_kafka_lag"));
            Assert.Contains("Kafka: audit", await service.Http.GetStringAsync("/sources"), StringComparison.Ordinal);
            Assert.Equal(0, await service.StopAsync());
        }

        CopyState("state", "earlier");
        SendExecs("second", 40);
        await using (var service = await Service.StartAsync("--config", config))
        {
            await service.UntilAsync("Kafka knows of them", () => Task.FromResult(Kafka.CommittedBy("auditwatch", Topic, 0) == 20));
            Assert.Equal(0, await service.StopAsync());
        }

        Directory.Delete(Folder["state"], recursive: true);
        CopyState("earlier", "state");
        await using var last = await Service.StartAsync("--config", config);
        await last.UntilAsync("it has read them again", async () => await last.MetricAsync("auditwatch_events_total") == 40);
    }

    [Fact]
    public async Task Run_KilledWhileItReads_LosesNothingAndTellsNothingTwice()
    {
        var config = Configure();
        SendExecs("before", 2000);
        await using (var service = await Service.StartProcessAsync("--config", config))
        {
            await service.UntilAsync("some are told of", () => Task.FromResult(Told().Count > 0));
            await service.KillAsync();
        }

        var told = Told();
        SendExecs("after", 40);
        await using var next = await Service.StartAsync("--config", config);
        await next.UntilAsync("all others are told of", () => Task.FromResult(Told().Distinct().Count() >= 2040));
        await next.UntilAsync("it has caught up", async () => (await PartitionsAsync(next)).All(one => one is { Lag: 0, Offset: 510 }));

        // Only what was being told of at the moment of the kill may be told of again.
        Assert.Equal(Actors("before", 2000).Concat(Actors("after", 40)).Order(), Told().Distinct().Order());
        Assert.DoesNotContain(Told().CountBy(actor => actor), pair => pair.Value > 1 && !told.Contains(pair.Key));
        Assert.InRange(await next.MetricAsync("auditwatch_events_total") ?? 0, 40, 2040);
        Assert.Equal(0, await next.StopAsync());
    }

    [Fact]
    public async Task Run_KilledBeforeKafkaKnows_ReadsEachEventOnce()
    {
        Kafka.RefuseCommits();
        var config = Configure(detections: $"detections: ['{Folder.Write("detections/exec.yml", Replicas.Detections)}']");
        Kafka.Send(Topic, 0, ExecEvent.By("alice", "1"));
        Kafka.Send(Topic, 0, ExecEvent.By("bob", "1"));
        Kafka.Flush();
        await using (var service = await Service.StartProcessAsync("--config", config))
        {
            await service.UntilAsync("both are told of", () => Task.FromResult(Told("exec").Count == 2));
            await service.KillAsync();
        }

        Assert.Null(Kafka.CommittedBy("auditwatch", Topic, 0));
        Kafka.Send(Topic, 0, ExecEvent.By("alice", "2"));
        Kafka.Flush();
        await using var next = await Service.StartAsync("--config", config);
        await next.UntilAsync("two of alice are told of", () => Task.FromResult(Told("execs").Count > 0));

        Assert.Equal(1, await next.MetricAsync("auditwatch_events_total"));
        Assert.Equal(["alice"], Told("execs"));

        // What was told of and not yet noted at the moment of the kill is told of again.
        Assert.Equal(["alice", "bob"], Told("exec").Distinct().Order());
    }

    [Fact]
    public async Task Run_MessagesThatAreNoEvents_AreRejectedNotedAndPassed()
    {
        var config = Configure("maxMessage: 1MiB");
        Kafka.Send(Topic, 0, "{\"kind\":");
        Kafka.Send(Topic, 0, new string(' ', (1 << 20) + 1));
        Kafka.Send(Topic, 0, (string?)null);
        Kafka.Send(Topic, 0, "[" + ExecEvent.By("in a list", "1"));
        Kafka.Send(Topic, 0, JsonSerializer.Serialize(new { log = ExecEvent.By("shipped", "2") }));
        Kafka.Flush();

        await using var service = await Service.StartAsync("--config", config);
        await service.UntilAsync("what follows is told of", () => Task.FromResult(Told().Contains("shipped")));

        Assert.Equal(4, await service.MetricAsync("auditwatch_rejected_total"));
        var noted = File.ReadLines(Folder["state/rejected-events.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("source").GetString(), line.GetProperty("reason").GetString()));
        Assert.Equal(
            [
                ("kafka:audit[0]@0", "the JSON ends too early"), ("kafka:audit[0]@1", "a message longer than 1048576 bytes"),
                ("kafka:audit[0]@2", "an empty message"), ("kafka:audit[0]@3", "the JSON ends too early"),
            ],
            noted.Order());
        Assert.Contains("kafka:audit[0]@0:1:", service.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokersDownAndBack_SaysSoAndGoesOn()
    {
        SendExecs("first", 4);
        await using var service = await Service.StartAsync("--config", Configure());
        await service.UntilAsync("the first are told of", () => Task.FromResult(Told().Count == 4));

        await service.UntilAsync("it says so", async () =>
        {
            // Again, for a connection that was being made may outlive it.
            Kafka.Down();
            return (await ReadyAsync(service)).GetProperty("degraded").EnumerateArray().Any(one => one.GetString()!.StartsWith("kafka: no broker of ", StringComparison.Ordinal));
        });
        Assert.Contains("no broker of", await service.Http.GetStringAsync("/sources"), StringComparison.Ordinal);
        Assert.Contains("Kafka (127.0.0.1:", service.Error, StringComparison.Ordinal);
        Kafka.Up();
        SendExecs("then", 4);
        await service.UntilAsync("the others are told of", () => Task.FromResult(Told().Count == 8));

        await service.UntilAsync("nothing is wrong any more", async () => (await ReadyAsync(service)).GetProperty("degraded").GetArrayLength() == 0);
        Assert.InRange(service.Error.Split('\n').Count(line => line.Contains("More of the kind are counted in auditwatch_kafka_errors_total", StringComparison.Ordinal)), 1, 6);
    }

    [Fact]
    public async Task Run_LatestWithoutAPosition_BeginsWithTheNextMessageAndRemembersWhere()
    {
        var config = Configure(start: "latest");
        SendExecs("of the past", 4);
        await using (var service = await Service.StartAsync("--config", config))
        {
            await service.UntilAsync("it knows where", async () => await PartitionsAsync(service) is { Count: 4 } all && all.All(one => one is { Offset: 1, Lag: 0 }));
            Assert.Equal(0, await service.StopAsync());
        }

        SendExecs("while it was away", 4);
        await using var next = await Service.StartAsync("--config", config);
        await next.UntilAsync("they are told of", () => Task.FromResult(Told().Count >= 4));

        Assert.Equal(Actors("while it was away", 4), Told().Order());
    }

    [Fact]
    public async Task Run_ClusterFromKey_IsThatOfTheAlert()
    {
        Kafka.Send(Topic, 0, ExecEvent.By("one", "1"), key: "production");
        Kafka.Send(Topic, 0, ExecEvent.By("other", "2"), key: "staging");
        Kafka.Send(Topic, 0, ExecEvent.By("third", "3"), key: "no name of\na cluster");
        Kafka.Flush();
        await using var service = await Service.StartAsync("--config", Configure("clusterFromKey: true"));
        await service.UntilAsync("all are told of", () => Task.FromResult(Told().Count == 3));

        var sources = (await ReadyAsync(service)).GetProperty("sources").EnumerateArray().Select(one => (one.GetProperty("source").GetString(), one.GetProperty("cluster").GetString()));
        Assert.Equal([("kafka:audit", "(others)"), ("kafka:audit", "production"), ("kafka:audit", "staging")], sources);
    }

    private void CopyState(string from, string to)
    {
        foreach (var file in Folder.Info.CreateSubdirectory(from).GetFiles().Where(file => !file.Name.EndsWith(".sock", StringComparison.Ordinal)))
        {
            file.CopyTo(Path.Combine(Folder.Info.CreateSubdirectory(to).FullName, file.Name));
        }
    }
}
