using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.Web;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Somebody with a role in one cluster alone: through no door do they see of another, or change anything there.</summary>
public sealed class ClusterRolesTests(ProxiedService service) : IClassFixture<ProxiedService>, IAsyncLifetime, IDisposable
{
    private static readonly (string, string)[] Paula = [("X-Forwarded-User", "paula"), ("X-Forwarded-Groups", "payments")];

    private static int _tests;

    private readonly TemporaryFolder _folder = new();

    // Of this test alone: the service is the same for all.
    private readonly string _trudy = $"trudy{Interlocked.Increment(ref _tests)}";
    private string _ours = "";
    private string _theirs = "";

    public async Task InitializeAsync()
    {
        foreach (var (cluster, actor) in new[] { ("payments", $"mallory-beside-{_trudy}"), ("shop", _trudy) })
        {
            var events = string.Join('\n', PageEvent.Exec(actor, "one"), PageEvent.Exec(actor, "two"));
            using var answer = await service.Now.Http.PostAsync($"/webhook/{cluster}", new StringContent(events, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        (_ours, _theirs) = (await AlertAsync("payments", $"mallory-beside-{_trudy}"), await AlertAsync("shop", _trudy));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_OfAnotherCluster_IsNotThere()
    {
        foreach (var path in new[] { "/", "/?status=open,acknowledged,closed&sort=time", $"/?actor={_trudy}", "/?cluster=shop", "/alerts/all?status=open,acknowledged,closed", $"/actors?name={_trudy}", "/detections", "/detections/exec_into_pod", $"/silences?matchers=actor%3D%22{_trudy}%22" })
        {
            var (status, text) = await SendAsync(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.DoesNotContain(_theirs, text, StringComparison.Ordinal);
            Assert.DoesNotContain("shop/", text, StringComparison.Ordinal);
        }

        Assert.Contains(_ours, (await SendAsync(HttpMethod.Get, "/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, $"/alerts/{_ours}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/alerts/{_theirs}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/alerts/{_theirs[..6]}")).Status);
        foreach (var incident in await IncidentsAsync("shop"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/incidents/{incident}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/incidents/{incident}/report")).Status);
        }

        foreach (var path in new[] { "/sources", "/delivery", "/actions", "/api/v1/dead-letters", "/api/v1/actions", "/api/v1/tokens" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, path)).Status);
        }

        Assert.DoesNotContain("href=\"./sources\"", (await SendAsync(HttpMethod.Get, "/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ActingOnAnotherCluster_ChangesNothing()
    {
        var (token, cookie) = await FormAsync($"/alerts/{_ours}", Paula);
        foreach (var (path, id) in new[] { ($"/alerts/{_theirs}/acknowledge", ""), ("/alerts/all/close", _theirs), ($"/alerts/{_theirs}/note", "") })
        {
            var (status, text) = await PostFormAsync(path, Paula, cookie, ("__RequestVerificationToken", token), ("id", id), ("reason", "benign"), ("text", "nothing to see"));
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains($"There is no alert {_theirs} that you may deal with", text, StringComparison.Ordinal);
        }

        var (packed, _) = await PostFormAsync("/alerts/all/close", Paula, cookie, ("__RequestVerificationToken", token), ("ids", PackedIds.Write([_ours, _theirs])), ("reason", "benign"));
        Assert.Equal(HttpStatusCode.Conflict, packed);
        var (broad, why) = await PostFormAsync("/silences/add", Paula, cookie, ("__RequestVerificationToken", token), ("matchers", $"actor=\"{_trudy}\""), ("comment", "x"), ("hours", "1"));
        Assert.Equal(HttpStatusCode.Conflict, broad);
        Assert.Contains("add cluster=&quot;payments&quot;", why, StringComparison.Ordinal);
        Assert.Equal("open", (await ShownAsync(_theirs)).GetProperty("status").GetString());

        Assert.Equal(HttpStatusCode.SeeOther, (await PostFormAsync($"/alerts/{_ours}/acknowledge", Paula, cookie, ("__RequestVerificationToken", token))).Status);
        Assert.Equal("paula", (await ShownAsync(_ours)).GetProperty("acknowledgedBy").GetString());
    }

    [Fact]
    public async Task Page_ViewerOfTheCluster_LooksAlone()
    {
        (string, string)[] vera = [("X-Forwarded-User", "vera"), ("X-Forwarded-Groups", "developers")];
        var (status, text) = await SendAsync(HttpMethod.Get, $"/alerts/{_ours}", vera);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("Acknowledge", text, StringComparison.Ordinal);
        var (token, cookie) = await FormAsync("/silences?matchers=actor%3D%22mallory%22", Paula);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostFormAsync($"/alerts/{_ours}/acknowledge", vera, cookie, ("__RequestVerificationToken", token))).Status);
    }

    [Fact]
    public async Task Live_OfAnotherCluster_SaysNothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
        foreach (var (name, value) in Paula)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await service.Proxy.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("event: ready", await reader.ReadLineAsync());
        Assert.Equal(0, (await OnSocketAsync("alerts", "acknowledge", _theirs, "--by", "root")).ExitCode);
        await service.Now.UntilAsync("it is acknowledged", async () => (await ShownAsync(_theirs)).GetProperty("status").GetString() == "acknowledged");
        Assert.Equal(0, (await OnSocketAsync("alerts", "acknowledge", _ours, "--by", "root")).ExitCode);

        string? told;
        do
        {
            told = await reader.ReadLineAsync();
        }
        while (told is not null && !told.StartsWith("data: [", StringComparison.Ordinal));

        Assert.Contains(_ours, told, StringComparison.Ordinal);
        Assert.DoesNotContain(_theirs, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_OfOneCluster_ReachesNoOtherByCommandOrApi()
    {
        var made = await OnSocketAsync("token", "create", "--name", "pat", "--role", "responder", "--cluster", "payments", "--by", "root");
        Assert.Equal(0, made.ExitCode);
        Assert.Contains("responder in payments", made.Error, StringComparison.Ordinal);
        var file = _folder.Write("pat.token", made.Out);
        Assert.Contains("responder in payments", (await OnSocketAsync("token", "list")).Out, StringComparison.Ordinal);

        var list = await ByTokenAsync("alerts", "list", "--status", "open,acknowledged,closed", "--format", "json");
        Assert.Contains(_ours, list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\"shop\"", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\"shop\"", (await ByTokenAsync("incidents", "list", "--format", "json")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(_theirs, (await ByTokenAsync("report", "--since", "1d")).Out, StringComparison.Ordinal);
        foreach (var arguments in new string[][]
        {
            ["alerts", "show", _theirs], ["alerts", "acknowledge", _theirs], ["alerts", "close", _theirs[..8]], ["alerts", "note", _theirs, "x"],
            ["report", "--incident", (await IncidentsAsync("shop"))[0]], ["incidents", "close", (await IncidentsAsync("shop"))[0], "--reason", "benign"],
            ["incidents", "merge", (await IncidentsAsync("payments"))[0], (await IncidentsAsync("shop"))[0]],
            ["silence", "add", $"actor={_trudy}", "--duration", "1h", "--comment", "x"], ["dead-letters", "list"], ["token", "list"],
        })
        {
            var refused = await ByTokenAsync(arguments);
            Assert.True(refused.ExitCode != 0, string.Join(' ', arguments));
            Assert.Matches("there is no incident '|this takes the role admin, and 'pat'|in payments, where you may do that|in all of them, and 'pat' is responder in payments|add the matcher cluster=\"payments\"", refused.Error);
        }

        Assert.Contains("in payments, where you may do that", (await ByTokenAsync("alerts", "show", _theirs)).Error, StringComparison.Ordinal);
        Assert.Equal("open", (await ShownAsync(_theirs)).GetProperty("status").GetString());
        Assert.Equal(0, (await ByTokenAsync("silence", "add", "cluster=payments", $"actor={_trudy}", "--duration", "1h", "--comment", "x")).ExitCode);
        Assert.Equal(0, (await ByTokenAsync("alerts", "close", _ours)).ExitCode);

        Task<CliResult> ByTokenAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--url", service.Proxy.BaseAddress!.AbsoluteUri, "--token-file", file]);
    }

    [Fact]
    public async Task Token_AdminOfOneCluster_IsRefused()
    {
        var refused = await OnSocketAsync("token", "create", "--name", "x", "--role", "admin", "--cluster", "payments", "--by", "root");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("an admin says who may do what everywhere", refused.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> OnSocketAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--url", $"unix:{service.State}"]);

    private async Task<string> AlertAsync(string cluster, string actor)
    {
        var list = await OnSocketAsync("alerts", "list", "--cluster", cluster, "--actor", actor, "--detection", "exec_into_pod", "--format", "json");
        return JsonDocument.Parse(list.OutLines[0]).RootElement.GetProperty("id").GetString()!;
    }

    private async Task<IReadOnlyList<string>> IncidentsAsync(string cluster)
    {
        var list = await OnSocketAsync("incidents", "list", "--format", "json");
        return [.. list.OutLines.Select(line => JsonDocument.Parse(line).RootElement).Where(one => one.GetProperty("cluster").GetString() == cluster).Select(one => one.GetProperty("id").GetString()!)];
    }

    private async Task<JsonElement> ShownAsync(string id) => JsonDocument.Parse((await OnSocketAsync("alerts", "show", id, "--format", "json")).Out).RootElement;

    private Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path) => SendAsync(method, path, Paula);

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, (string Name, string Value)[] headers, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await service.Proxy.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(string Token, string Cookie)> FormAsync(string path, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await service.Proxy.SendAsync(request);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("auditwatch.form=", StringComparison.Ordinal)).Split(';')[0];
        return (Regex.Match(await answer.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value, cookie);
    }

    private Task<(HttpStatusCode Status, string Text)> PostFormAsync(string path, (string Name, string Value)[] headers, string cookie, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, [.. headers, ("Cookie", cookie)], new FormUrlEncodedContent(fields.Where(field => field.Value.Length > 0).Select(field => KeyValuePair.Create(field.Name, field.Value))));
}
