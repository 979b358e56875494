using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Run.Rotation;

/// <summary>
/// A log that is rotated all the time and a service that is killed all the time: every event counts exactly once.
/// AUDITWATCH_TORTURE_ROTATIONS makes it longer, AUDITWATCH_TORTURE_SEED repeats a run.
/// </summary>
[TakesLong]
public sealed class RotationTortureTests(ITestOutputHelper output)
{
    private const string Rule = """
        title: Exec into a pod
        name: exec
        status: test
        level: low
        logsource: {product: kubernetes, service: audit}
        detection:
          selection: {objectRef.subresource: exec}
          condition: selection
        auditwatch: {dedup: {by: [actor], window: 7d}}
        """;

    [Fact]
    public async Task Run_LogRotatedAndServiceKilledAtRandom_CountsEveryEventOnce()
    {
        var rotations = Setting("AUDITWATCH_TORTURE_ROTATIONS", 8);
        var seed = Setting("AUDITWATCH_TORTURE_SEED", Random.Shared.Next());
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        folder.Write("rules/exec.yml", Rule);
        folder.Write("logs/audit.log", "");
        var configuration = folder.Write("auditwatch.yaml", """
            detections: [rules]
            sources: {files: [{path: logs/audit.log}]}
            state: {directory: state}
            """);
        var writer = new RotatingWriter(folder["logs/audit.log"], new Random(seed));

        var kills = 0;
        var writing = Task.CompletedTask;
        do
        {
            await using var killed = await Service.StartProcessAsync("--config", configuration);
            writing = kills++ == 0 ? Task.Run(() => writer.WriteAsync(rotations)) : writing;
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(random.Next(700)), TimeProvider.System));
        }
        while (!writing.IsCompleted);

        await writing;
        await using var service = await Service.StartProcessAsync("--config", configuration);
        var counted = await CountsAsync(service);
        try
        {
            while (counted.Values.Sum() < writer.Written)
            {
                var before = counted.Values.Sum();
                await service.UntilAsync("more events", async () => (counted = await CountsAsync(service)).Values.Sum() >= Math.Min(before + 500, writer.Written));
            }
        }
        catch (TimeoutException)
        {
            var wrong = writer.ByActor.Where(actor => counted.GetValueOrDefault(actor.Key) != actor.Value).Select(actor => $"{actor.Key}: {counted.GetValueOrDefault(actor.Key)} of {actor.Value}").ToList();
            Assert.Fail($"seed {seed}: {writer.Written} events written, {wrong.Count} actors of {writer.ByActor.Count} miscounted: {string.Join(", ", wrong.Take(20))}\n{service.Error}");
        }

        Assert.Equal(writer.ByActor.OrderBy(actor => actor.Key, StringComparer.Ordinal), counted.OrderBy(actor => actor.Key, StringComparer.Ordinal));
        Assert.Equal(0, await service.MetricAsync("auditwatch_file_lost_total") ?? 0);
        output.WriteLine($"{writer.Written} events through {rotations} rotations, {kills} kills, seed {seed}");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    // Not what the service says of itself: these events are late. What they come to in the end is stable.
    private static async Task<Dictionary<string, int>> CountsAsync(Service service)
    {
        var counts = new Dictionary<string, int>();
        for (var after = ""; ;)
        {
            using var json = JsonDocument.Parse(await service.Http.GetStringAsync($"/api/v1/alerts?limit=1000&after={after}"));
            var alerts = json.RootElement.GetProperty("alerts");
            foreach (var alert in alerts.EnumerateArray().Where(alert => alert.GetProperty("detection").GetProperty("name").GetString() == "exec"))
            {
                counts[alert.GetProperty("actor").GetString()!] = alert.GetProperty("count").GetInt32();
            }

            if (json.RootElement.GetProperty("next").GetString() is not { } next)
            {
                return counts;
            }

            after = next;
        }
    }
}
