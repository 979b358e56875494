using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Run;

/// <summary>What is to be had on which address: nobody who reaches the webhook learns whether they were detected.</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Paths_OnEitherListener_AreThereOrNot()
    {
        await using var service = await StartAsync("page: {listen: '127.0.0.1:0'}");
        var page = await PageOfAsync(service);
        foreach (var (path, onWebhook, onPage) in new[]
        {
            ("/webhook/production", true, false),
            ("/WEBHOOK", true, false),
            ("/healthz", true, true),
            ("/readyz", true, true),
            ("/metrics", false, true),
            ("/", false, true),
            ("/silences", false, true),
            ("/live", false, true),
            ("/api/v1/alerts", false, true),
            ("/api/v1/tokens", false, true),
            ("/webhook/../metrics", false, true),
            ("//metrics", false, false),
            ("/nothing", false, false),
        })
        {
            Assert.Equal((path, onWebhook, onPage), (path, await IsThereAsync(service.Http.BaseAddress!, path), await IsThereAsync(page, path)));
        }
    }

    [SkippableFact]
    public async Task Webhook_ReachedFromElsewhere_TellsNobodyWhatWasDetected()
    {
        var address = Elsewhere.OrSkip();
        await using var service = await StartAsync($"sources: {{webhook: {{listen: '{address}:0', insecure: true}}}}", $"{address}:0");
        await service.PostAsync(Sample.Lines[0]);
        var token = (await Cli.RunAsync("token", "create", "--name", "prometheus", "--role", "viewer", "--by", "ann", "--url", $"unix:{_folder["state"]}")).Out.Trim();

        // Nor does anything that pretends to come from the machine itself.
        foreach (var (name, value) in new[] { ("Accept", "*/*"), ("Host", "localhost"), ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("Authorization", "Bearer auditwatch_0"), ("X-Forwarded-User", "admin"), ("X-Forwarded-Host", "localhost") })
        {
            Assert.Equal((HttpStatusCode.OK, """{"ready":true}"""), await GetAsync(service.Http, "/readyz", name, value));
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(service.Http, "/metrics", name, value)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(service.Http, "/", name, value)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(service.Http, "/api/v1/alerts", name, value)).Status);
        }

        Assert.Equal("ok\n", await service.Http.GetStringAsync("/healthz"));
        Assert.Contains("openAlerts", (await GetAsync(service.Http, "/readyz", "Authorization", $"Bearer {token}")).Text, StringComparison.Ordinal);
        Assert.Contains("auditwatch_events_total", (await GetAsync(service.Http, "/metrics", "Authorization", $"Bearer {token}")).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Webhook_BatchesThatAreDetectedOrNot_AreAnsweredAlike()
    {
        var address = Elsewhere.OrSkip();
        await using var service = await StartAsync($"{{sources: {{webhook: {{listen: '{address}:0', insecure: true}}}}, detections: ['{Rules.Exec}']}}", $"{address}:0");
        var quiet = Sample.Lines.First(line => line.Contains("\"verb\":\"list\"", StringComparison.Ordinal));
        var found = Commands.ExecEvent.By("mallory", "1");
        foreach (var path in new[] { "/webhook", "/webhook/production", "/webhook/?timeout=30s" })
        {
            var unseen = await TellAsync(service, path, quiet + "\n" + quiet);
            var seen = await TellAsync(service, path, found + "\n" + found.Replace("\"1\"", $"\"{path.Length}\"", StringComparison.Ordinal));

            Assert.Equal(unseen, seen);
            Assert.StartsWith("200 ", seen, StringComparison.Ordinal);
        }

        await service.UntilAsync("it is detected", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "exec_into_pod")));
    }

    // All that is to be seen from there: the answer, and what health and metrics say afterwards.
    private static async Task<string> TellAsync(Service service, string path, string events)
    {
        var told = new List<string>();
        foreach (var ask in new Func<Task<HttpResponseMessage>>[] { () => service.Http.PostAsync(path, new StringContent(events)), () => service.Http.GetAsync("/readyz"), () => service.Http.GetAsync("/metrics"), () => service.Http.GetAsync("/healthz") })
        {
            using var answer = await ask();
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order();
            told.Add($"{(int)answer.StatusCode} {string.Join("; ", headers)}\n{await answer.Content.ReadAsStringAsync()}");
        }

        return string.Join('\n', told);
    }

    [SkippableFact]
    public async Task Page_ReachedFromElsewhere_ShowsMetricsAndTakesTokens()
    {
        var address = Elsewhere.OrSkip();
        await using var service = await StartAsync($"page: {{listen: '{address}:0', insecure: true}}");
        using var http = new HttpClient { BaseAddress = await PageOfAsync(service) };
        var token = (await Cli.RunAsync("token", "create", "--name", "jane", "--role", "viewer", "--by", "ann", "--url", $"unix:{_folder["state"]}")).Out.Trim();

        Assert.Contains("auditwatch_", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Contains("openAlerts", await http.GetStringAsync("/readyz"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(http, "/", "Host", "localhost")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(http, "/api/v1/alerts", "Host", "localhost")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(http, "/api/v1/alerts", "Authorization", $"Bearer {token}")).Status);
    }

    [Fact]
    public async Task Page_AddressInUse_IsNamed()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var config = _folder.Write("auditwatch.yaml", $"page: {{listen: '{taken.LocalEndpoint}'}}\n");

        var result = await Cli.RunAsync("run", "--config", config, "--listen", "127.0.0.1:0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"cannot listen on {taken.LocalEndpoint}: ", result.Error, StringComparison.Ordinal);
        taken.Stop();
    }

    private static async Task<Uri> PageOfAsync(Service service)
    {
        var page = Match.Empty;
        await service.UntilAsync("it says where the page is", () => Task.FromResult((page = Regex.Match(service.Error, @"The page, the API and the metrics are at (http://[\d.]+:\d+)/")).Success));
        return new Uri(page.Groups[1].Value);
    }

    // A path as it is written, with dots and all.
    private static async Task<bool> IsThereAsync(Uri address, string path)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost:{address.Port}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync();
        return status?.Split(' ')[1] is var code && code is "404" ? false : code is "200" or "403" or "405" ? true : throw new InvalidOperationException($"{path}: {status}");
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient http, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<Service> StartAsync(string config, string listen = "127.0.0.1:0") =>
        Service.StartAsync("--config", _folder.Write("auditwatch.yaml", $"{config}\n"), "--listen", listen, "--state", _folder["state"]);
}
