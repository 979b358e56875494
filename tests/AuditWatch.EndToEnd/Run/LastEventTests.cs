using AuditWatch.EndToEnd.Commands;

namespace AuditWatch.EndToEnd.Run;

/// <summary>When a source has spoken last is known to the millisecond after any end of the process, whether a batch came to anything or not.</summary>
[TakesLong]
public sealed class LastEventTests
{
    private const string Metric = "auditwatch_source_last_event_seconds";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_RestartedAfterEvents_KnowsWhenTheLastCame(bool isKilled)
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", "");
        string[] arguments = ["--state", folder["state"], "--file", log];
        double? posted, last;
        await using (var service = await Service.StartProcessAsync(arguments))
        {
            await service.PostAsync(ExecEvent.By("jane", "1"));
            posted = await service.MetricAsync(Metric);
            await File.AppendAllTextAsync(log, Quiet("2") + "\n");
            await service.UntilAsync("the file's event", async () => await service.MetricAsync("auditwatch_events_total") >= 2);
            await service.PostAsync(Quiet("3"));
            last = await service.MetricAsync(Metric);
            if (isKilled)
            {
                await service.KillAsync();
            }
            else
            {
                Assert.Equal(0, await service.StopAsync());
            }
        }

        await using var restarted = await Service.StartAsync(arguments);

        Assert.True(last > posted);
        Assert.Equal(last, await restarted.MetricAsync(Metric));
    }

    // Nothing detects it.
    private static string Quiet(string auditId) =>
        $$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{auditId}}","stage":"ResponseComplete","requestURI":"/readyz","verb":"get","user":{"username":"system:kube-scheduler"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}""";
}
