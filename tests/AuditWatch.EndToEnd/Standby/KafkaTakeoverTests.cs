using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run.Kafka;
using AuditWatch.Tests;

namespace AuditWatch.EndToEnd.Standby;

/// <summary>A topic of Kafka that the active one of two services reads, whose positions are in the database that they share.</summary>
public sealed class KafkaTakeoverTests
{
    private const string Topic = "audit";

    [SkippableFact]
    public async Task Run_ActiveOneKilledWhileItReads_EachEventIsReadOnce()
    {
        PostgresServer.SkipUnlessInstalled();
        using var kafka = new MockKafka();
        kafka.RefuseCommits();
        await using var receiver = new ToldActors();
        await receiver.StartAsync();
        var schema = PostgresServer.Shared().NewSchema();
        await using var replicas = new Replicas(schema, receiver, $"sources: {{kafka: {{brokers: [{kafka.Bootstrap}], topics: [{Topic}], start: earliest}}}}");
        var (active, standby) = await replicas.StartBothAsync();
        Send(kafka, "before", 2000);
        await active.UntilAsync("some are told of", () => Task.FromResult(receiver.Told.Count > 0));
        await active.SignalAsync("KILL");
        await active.ExitAsync();
        var told = receiver.Told.Keys.ToHashSet();
        Send(kafka, "after", 40);

        await standby.UntilAsync("all are told of", () => Task.FromResult(receiver.Told.Count >= 2040));

        Assert.Equal(2040, PostgresServer.Scalar<long>("SELECT sum(count)::bigint FROM alerts WHERE detection = 'exec'", schema));
        Assert.Equal(0, PostgresServer.Scalar<long>("SELECT count(*) FROM alerts WHERE detection = 'execs'", schema));
        Assert.All(receiver.Told.Where(one => one.Value.Count > 1), twice => Assert.Contains(twice.Key, told));
    }

    private static void Send(MockKafka kafka, string who, int count)
    {
        for (var i = 0; i < count; i++)
        {
            kafka.Send(Topic, i % 4, ExecEvent.By($"{who} {i}", $"{who} {i}"));
        }

        kafka.Flush();
    }
}
