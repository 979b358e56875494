using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.Benchmarks;

/// <summary>
/// The page of a running service as browsers ask for it, on the machine itself: raises incidents of people who have nothing in common, takes the time and the size of pages, and has very many pages open while
/// something changes once a second, until each of them has been told.
/// </summary>
internal static partial class Pages
{
    private const int Rounds = 40;

    /// <summary>Measures, and prints a line for each page.</summary>
    /// <param name="address">The service.</param>
    /// <param name="incidents">How many incidents to raise.</param>
    /// <param name="viewers">How many pages are open.</param>
    /// <param name="seconds">For how long they are.</param>
    public static async Task MeasureAsync(Uri address, int incidents, int viewers, int seconds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = viewers + 10 }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        for (var i = 0; i < incidents; i++)
        {
            (await http.PostAsync("webhook/cluster-0", new StringContent(Exec(i), Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        }

        var open = (await http.GetFromJsonAsync<JsonElement>("api/v1/incidents")).EnumerateArray().Where(incident => incident.GetProperty("status").GetString() == "open").Select(incident => incident.GetProperty("id").GetString()!).ToList();
        var alerts = (await http.GetFromJsonAsync<JsonElement>("api/v1/alerts?status=open&detection=exec_into_pod&limit=1000")).GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("id").GetString()!).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{open.Count} open incidents"));
        await PageAsync(http, "queue", _ => "");
        await PageAsync(http, "queue, one cluster, all statuses", _ => "?cluster=cluster-0&status=open,acknowledged,closed");
        await PageAsync(http, "queue, one tactic, all statuses", _ => "?tactic=execution&status=open,acknowledged,closed");
        await PageAsync(http, "incident", round => $"incidents/{open[round % open.Count]}");
        await PageAsync(http, "alert", round => $"alerts/{alerts[round % alerts.Count]}");
        await PageAsync(http, "detections", _ => "detections");
        await PageAsync(http, "all of a view, 10,000 alerts", _ => "alerts/all?status=closed", rounds: 5);
        await FirstViewAsync(http);
        await LiveAsync(http, viewers, [.. alerts.Take(seconds)]);
    }

    private static async Task PageAsync(HttpClient http, string name, Func<int, string> address, int rounds = Rounds)
    {
        var (times, bytes) = (new List<double>(), 0);
        for (var round = 0; round < rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            bytes = (await http.GetByteArrayAsync(address(round))).Length;
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34} first {times[0],6:F0} ms, then p50 {Quantile(times[1..], 0.5),6:F1} ms, p95 {Quantile(times[1..], 0.95),6:F1} ms; {bytes / 1000.0:F1} kB"));
    }

    // As a browser says what it can read.
    private static async Task FirstViewAsync(HttpClient http)
    {
        var page = await http.GetStringAsync("");
        var (sizes, parts) = (new List<string>(), AssetPattern().Matches(page).Select(match => match.Groups[1].Value).Distinct().Prepend("").ToList());
        var total = 0;
        foreach (var part in parts)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, part) { Headers = { { "Accept-Encoding", "gzip, deflate, br, zstd" } } };
            using var answer = await http.SendAsync(request);
            var bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
            total += bytes;
            sizes.Add(string.Create(CultureInfo.InvariantCulture, $"{(part.Length > 0 ? Path.GetExtension(part)[1..] : "html")} {bytes / 1000.0:F1}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first view of the queue: {total / 1000.0:F1} kB ({string.Join(", ", sizes)})"));
    }

    private static async Task LiveAsync(HttpClient http, int viewers, IReadOnlyList<string> alerts)
    {
        using var end = new CancellationTokenSource();
        var told = alerts.ToDictionary(id => id, _ => new CountdownEvent(viewers));
        var ready = new CountdownEvent(viewers);
        var following = Enumerable.Range(0, viewers).Select(_ => Task.Run(() => FollowAsync(http, ready, told, end.Token))).ToList();
        ready.Wait();
        var times = new List<double>();
        foreach (var alert in alerts)
        {
            var began = Stopwatch.GetTimestamp();
            (await http.PostAsJsonAsync($"api/v1/alerts/{alert}/acknowledge", new { by = "jane" })).EnsureSuccessStatusCode();
            times.Add(await Task.Run(() => told[alert].Wait(TimeSpan.FromSeconds(30))) ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : double.PositiveInfinity);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, 1 - Stopwatch.GetElapsedTime(began).TotalSeconds)), TimeProvider.System);
        }

        await end.CancelAsync();
        await Task.WhenAll(following);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{viewers} pages open, {times.Count} changes, one a second: all were told within p50 {Quantile(times, 0.5):F0} ms, at most {times.Max():F0} ms"));
    }

    private static async Task FollowAsync(HttpClient http, CountdownEvent ready, Dictionary<string, CountdownEvent> told, CancellationToken end)
    {
        try
        {
            using var answer = await http.GetAsync("live", HttpCompletionOption.ResponseHeadersRead, end);
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(end));
            while (await lines.ReadLineAsync(end) is { } line)
            {
                if (line == "event: ready")
                {
                    ready.Signal();
                }

                foreach (var id in IdPattern().Matches(line).Select(match => match.Groups[1].Value).Where(told.ContainsKey))
                {
                    told[id].Signal();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static double Quantile(IReadOnlyList<double> times, double part) => times.Order().ElementAt((int)Math.Min(times.Count - 1, times.Count * part));

    private static string Exec(int number)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return JsonSerializer.Serialize(new
        {
            kind = "Event",
            apiVersion = "audit.k8s.io/v1",
            level = "Metadata",
            auditID = Guid.NewGuid().ToString(),
            stage = "ResponseStarted",
            verb = "create",
            requestURI = $"/api/v1/namespaces/team-{number}/pods/app-{number}/exec?command=sh",
            user = new { username = $"somebody{number}@example.com", groups = new[] { "system:authenticated" } },
            sourceIPs = new[] { $"203.0.{number / 250}.{number % 250}" },
            userAgent = "kubectl/v1.32.4 (linux/amd64)",
            objectRef = new { resource = "pods", @namespace = $"team-{number}", name = $"app-{number}", subresource = "exec", apiVersion = "v1" },
            responseStatus = new { code = 101 },
            requestReceivedTimestamp = now,
            stageTimestamp = now,
        });
    }

    [GeneratedRegex("\"\\./(assets/[^\"]+)\"")]
    private static partial Regex AssetPattern();

    [GeneratedRegex("\"id\":\"([0-9a-f]{16})\"")]
    private static partial Regex IdPattern();
}
