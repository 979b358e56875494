using System.Text;
using AuditWatch.EndToEnd.Commands;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Run.Kafka;

/// <summary>A service that is behind what Kafka holds, and Kafka that holds something else than it did.</summary>
[TakesLong]
public sealed class KafkaLagTests(ITestOutputHelper output) : KafkaScene
{
    private const int Partitions = 25;
    private const int EventsEach = 500;
    private const long MostMemory = 400L << 20;

    // A hundred megabytes in the long form.
    private static readonly int MessagesEach = LongForm.Of(16);

    [Fact]
    public async Task Run_FarBehind_ReadsAllInBoundedMemory()
    {
        Kafka.Create(Topic, Partitions);
        var bytes = 0L;
        for (var i = 0; i < Partitions * MessagesEach; i++)
        {
            var message = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(i * EventsEach, EventsEach).Select(Get)));
            bytes += message.Length;
            Kafka.Send(Topic, i % Partitions, message);
        }

        Kafka.Flush();
        Kafka.Send(Topic, 0, ExecEvent.By("last", "last"));
        Kafka.Flush();
        Assert.InRange(bytes, MessagesEach * 6_250_000L, long.MaxValue);

        await using var service = await Service.StartProcessAsync("--config", Configure(detections: "detections: [builtin]"));
        await service.UntilAsync("all are read", async () => await service.MetricAsync("auditwatch_events_total") == (Partitions * MessagesEach * EventsEach) + 1);
        await service.UntilAsync("the last is told of", () => Task.FromResult(Told().Contains("last")));

        output.WriteLine($"{bytes >> 20} MiB in Kafka, {service.ResidentBytes.Most >> 20} MiB of memory at most");
        Assert.InRange(service.ResidentBytes.Most, 0, MostMemory);
        Assert.Equal(0, await service.MetricAsync("auditwatch_rejected_total"));
    }

    [Fact]
    public async Task Run_MessagesDeletedBeforeTheyAreRead_TellsOfItAndGoesOn()
    {
        var config = Configure();
        SendExecs("first", 4);
        await ReadAllAsync(config, told: 4);

        // Of 5 MiB at most, the oldest go.
        for (var i = 0; i < 20; i++)
        {
            Kafka.Send(Topic, 0, Get(i) + new string(' ', 500_000));
        }

        SendExecs("then", 4);
        await using var service = await Service.StartAsync("--config", config);
        await service.UntilAsync("what follows is told of", () => Task.FromResult(Told().Count == 8));
        await service.UntilAsync("the loss is told of", () => Task.FromResult(File.ReadAllText(Folder["told.jsonl"]).Contains("auditwatch_events_lost", StringComparison.Ordinal)));

        var lost = await service.MetricAsync("auditwatch_kafka_lost_total") ?? 0;
        Assert.InRange(lost, 5, 19);
        Assert.Equal(20 - lost + 4, await service.MetricAsync("auditwatch_events_total"));
        Assert.Contains($"messages of topic {Topic}, partition 0, from offset 1 on, before they were read", service.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Run_TopicMadeAnew_IsReadFromItsBeginning(int messages)
    {
        SendExecs("old", 40);
        await ReadAllAsync(Configure(), told: 40);

        using var anew = new MockKafka();
        foreach (var actor in Actors("new", messages))
        {
            anew.Send(Topic, 0, ExecEvent.By(actor, actor));
        }

        anew.Flush();
        await using var service = await Service.StartAsync("--config", Configure(of: anew));
        await service.UntilAsync("all are told of", () => Task.FromResult(Told().Count >= 40 + messages));

        Assert.Contains($"Topic {Topic} is another than the one of that name that has been read", service.Error, StringComparison.Ordinal);
        Assert.Equal(Actors("new", messages), Told().Skip(40).Order());
    }

    [Fact]
    public async Task Run_StoppedForLongerThanTheSession_JoinsAgainAndGoesOn()
    {
        await using var service = await Service.StartProcessAsync("--config", Configure());
        SendExecs("before", 40);
        await service.UntilAsync("the first are told of", () => Task.FromResult(Told().Count == 40));
        await service.SignalAsync("STOP");
        SendExecs("meanwhile", 40);
        await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System);
        await service.SignalAsync("CONT");
        SendExecs("after", 40);
        await service.UntilAsync("all are told of", () => Task.FromResult(Told().Count >= 120));
        await service.UntilAsync("it has caught up", async () => (await PartitionsAsync(service)) is { Count: 4 } all && all.All(one => one is { Lag: 0, Offset: 30 }));

        Assert.Equal(120, Told().Count);
        Assert.Equal(120, await service.MetricAsync("auditwatch_events_total"));
        Assert.Equal(0, await service.StopAsync());
    }

    private async Task ReadAllAsync(string config, int told)
    {
        await using var service = await Service.StartAsync("--config", config);
        await service.UntilAsync("all are told of", () => Task.FromResult(Told().Count == told));
        Assert.Equal(0, await service.StopAsync());
    }

    private static string Get(int number) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{number}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/configmaps/settings-{{number}}","verb":"get","user":{"username":"system:serviceaccount:payments:app","groups":["system:serviceaccounts","system:authenticated"]},"sourceIPs":["203.0.113.7"],"userAgent":"app","objectRef":{"resource":"configmaps","namespace":"payments","name":"settings-{{number}}","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}
        """;
}
