using System.Diagnostics;
using System.Net;
using System.Text;

namespace AuditWatch.EndToEnd.Run;

/// <summary>A disk that is full is what the probes are to tell of, so they must answer.</summary>
[TakesLong]
public sealed class FullDiskTests
{
    private const int Requests = 24;
    private const int EventsInRequest = 3_000;
    private static readonly string Exec = Sample.Lines.First(line =>
        line.Contains("\"subresource\":\"exec\"", StringComparison.Ordinal) && line.Contains("\"stage\":\"ResponseStarted\"", StringComparison.Ordinal));

    [SkippableFact]
    public async Task Run_StateOnAFullDisk_AnswersAtOnceTellsOfItAndGoesOnWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 2);
        using var folder = new TemporaryFolder();
        var config = folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: "{{disk["state"]}}"}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl, sendResolved: true}]}]
            route: {receiver: archive}
            """);
        await using var service = await Service.StartProcessAsync("--config", config);
        // How long the answer to so many events takes is another test's.
        using var sender = new HttpClient { BaseAddress = service.Http.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        var posts = Enumerable.Range(0, Requests).Select(request => sender.PostAsync("/webhook", Events(request))).ToList();
        await service.UntilAsync("the disk is full", async () => (await service.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable);

        foreach (var path in new[] { "/healthz", "/readyz", "/metrics" })
        {
            Assert.InRange(await FastestAsync(service, path), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        }

        var threads = service.Threads;
        await service.UntilAsync("people are told, after half a minute", () => Task.FromResult(Told().Length == 1));

        // A thread that is parked each second would be nearly thirty; the pool adds a few by itself while the machine is busy.
        Assert.InRange(service.Threads, 1, threads + 12);
        Assert.Equal(1, service.Error.Split('\n').Count(line => line.Contains("cannot be written", StringComparison.Ordinal)));
        Assert.Contains("the disk is full", Told().Single(), StringComparison.Ordinal);
        using (var ready = await service.Http.GetAsync("/readyz"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("the disk is full", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await disk.GrowAsync(megabytes: 256);
        await service.UntilAsync("it is ready again", async () => (await service.Http.GetAsync("/readyz")).IsSuccessStatusCode);
        await service.UntilAsync("it has caught up and takes events", async () =>
        {
            using var taken = await service.Http.PostAsync("/webhook", new StringContent(Exec, Encoding.UTF8, "application/json"));
            return taken.IsSuccessStatusCode;
        });
        foreach (var answer in await Task.WhenAll(posts))
        {
            // Those that had to wait for too long are to be sent again.
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests });
            answer.Dispose();
        }

        await service.UntilAsync("they are told that it is over", () => Task.FromResult(Told().Length == 2));
        await service.UntilAsync("it is in the history", async () =>
            (await Cli.RunAsync("alerts", "list", "--status", "closed", "--detection", "auditwatch_state_unwritable", "--format", "json", "--config", config)).OutLines.Length == 1);

        string[] Told() => File.Exists(folder["told.jsonl"]) ? [.. File.ReadLines(folder["told.jsonl"]).Where(line => line.Contains("auditwatch_state_unwritable", StringComparison.Ordinal))] : [];
    }

    private static StringContent Events(int request)
    {
        var text = new StringBuilder();
        for (var i = 0; i < EventsInRequest; i++)
        {
            // Each a request of its own, by one of many users.
            text.Append(Exec.Replace("\"auditID\":\"", $"\"auditID\":\"{request:00}{i:0000}", StringComparison.Ordinal).Replace("\"username\":\"", $"\"username\":\"{request}-{i % 500}-", StringComparison.Ordinal)).Append('\n');
        }

        return new StringContent(text.ToString(), Encoding.UTF8, "application/json");
    }

    // What the machine does meanwhile slows one answer or another down, not all of them.
    private static async Task<TimeSpan> FastestAsync(Service service, string path)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await service.Http.GetAsync(path);
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        return times.Min();
    }
}
