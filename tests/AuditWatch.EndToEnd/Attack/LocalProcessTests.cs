using System.Net;
using System.Text;
using System.Text.Json;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Another process of the machine must not silence a service that others post to, and what anybody does leaves a trace.</summary>
public sealed class LocalProcessTests : IDisposable
{
    private const string Poster = "a-token-to-post-events-with";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Api_ServiceForOthers_AnswersTheSocketAndTokensAlone()
    {
        await using var service = await StartAsync();

        foreach (var (method, path) in new[] { ("GET", "/api/v1/alerts"), ("POST", "/api/v1/silences"), ("POST", "/silences/add"), ("POST", "/alerts/all/close"), ("GET", "/"), ("GET", "/live") })
        {
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await SendAsync(service.Http, method, path)).Status));
        }

        // Who may only post events is nobody here.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(service.Http, "GET", "/api/v1/alerts", Poster)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service.Http, "GET", "/api/v1/alerts", await TokenAsync("viewer"))).Status);
        Assert.Equal(0, (await Cli.RunAsync("alerts", "list", "--url", Socket)).ExitCode);

        // The machine's own probes and Prometheus still see how it fares.
        Assert.Contains("auditwatch_", (await SendAsync(service.Http, "GET", "/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_OfAnybody_AreLoggedAndKeptWithWho()
    {
        await using var service = await StartAsync();
        var token = await TokenAsync("responder");
        for (var i = 0; i < 50; i++)
        {
            await SendAsync(service.Http, "POST", "/api/v1/silences");
        }

        var owner = await Cli.RunAsync("silence", "add", "level=low", "--duration", "1h", "--comment", "testing", "--author", "jane", "--url", Socket);
        var other = await Cli.RunAsync("silence", "add", "level=low", "--duration", "1h", "--comment", "again", "--url", service.Http.BaseAddress!.ToString(), "--token-file", _folder.Write("ann", token));

        Assert.True(owner.ExitCode + other.ExitCode == 0, owner.Error + other.Error);
        var kept = File.ReadLines(_folder["state/actions.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["/api/v1/tokens", "/api/v1/silences", "/api/v1/silences"], kept.Select(action => action.GetProperty("path").GetString()));
        Assert.All(kept, action => Assert.Equal(201, action.GetProperty("status").GetInt32()));
        Assert.Matches("^uid [0-9]+, process [0-9]+$", kept[1].GetProperty("who").GetString());
        Assert.Equal(("ann", "responder"), (kept[2].GetProperty("who").GetString(), kept[2].GetProperty("role").GetString()));
        await service.UntilAsync("both to be logged", () => Task.FromResult(service.Error.Contains("ann, responder: POST /api/v1/silences was answered with 201", StringComparison.Ordinal)));
        Assert.Single(service.Error.Split('\n'), line => line.Contains("refused, of nobody who is known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ServiceForOthers_IsForWhoSignsInWithATokenUntilItIsRevoked()
    {
        await using var service = await StartAsync();
        await PostAsync(service);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = service.Http.BaseAddress };
        var token = await TokenAsync("responder");
        var asked = await SendAsync(browser, "GET", "/alerts/0", accept: "text/html");
        Assert.Equal(HttpStatusCode.Forbidden, asked.Status);
        Assert.Contains("action=\"../sign-in\"", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("exec", asked.Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(browser, Poster)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(browser, token, "https://evil.example")).StatusCode);
        using var signedIn = await SignInAsync(browser, token);

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.DoesNotContain(token, signedIn.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        var queue = await SendAsync(browser, "GET", "/");
        Assert.Equal(HttpStatusCode.OK, queue.Status);
        Assert.Contains("ann", queue.Text, StringComparison.Ordinal);
        Assert.Contains("bob", queue.Text, StringComparison.Ordinal);

        var id = JsonDocument.Parse((await Cli.RunAsync("token", "list", "--format", "json", "--url", Socket)).OutLines[0]).RootElement.GetProperty("id").GetString()!;
        Assert.Equal(0, (await Cli.RunAsync("token", "revoke", id, "--url", Socket)).ExitCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(browser, "GET", "/")).Status);
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.OtherWrite, 1)]
    [InlineData(UnixFileMode.GroupWrite, 0)]
    public async Task Run_StateDirectoryThatOthersMayWriteTo_IsWarnedOf(UnixFileMode others, int warnings)
    {
        Directory.CreateDirectory(_folder["state"]);
        Skip.If(OperatingSystem.IsWindows(), "has no such modes");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["state"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        }

        await using var service = await StartAsync();

        Assert.Equal(warnings, service.Error.Split('\n').Count(line => line.Contains($"chmod o-w {_folder["state"]}", StringComparison.Ordinal)));
    }

    private string Socket => $"unix:{_folder["state"]}";

    private static async Task PostAsync(Service service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/production") { Content = new StringContent(ExecEvent.By("bob", "1"), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Poster);
        using var answer = await service.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient http, string method, string path, string? token = null, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Accept", accept } } };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        request.Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, path == "/live" ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient http, string token, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("token", token)]) };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await http.SendAsync(request);
    }

    private async Task<string> TokenAsync(string role) =>
        (await Cli.RunAsync("token", "create", "--name", "ann", "--role", role, "--by", "root", "--url", Socket)).Out.Trim();

    private Task<Service> StartAsync()
    {
        _folder.Write("token", Poster);
        return Service.StartAsync("--config", _folder.Write("auditwatch.yaml", $"{Rules.ExecAlone}\nstate: {{directory: state}}\nsources: {{webhook: {{listen: '127.0.0.1:0', auth: {{tokens: [{{file: token}}]}}}}}}\n"));
    }
}
