using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Api;

/// <summary>Tokens of the API: who may what, and what happens to those who may not.</summary>
public sealed class TokenTests(ServiceWithSample service) : IClassFixture<ServiceWithSample>
{
    private const string Nobody = "0000000000000000";
    private static readonly string[] Roles = ["viewer", "responder", "admin"];

    private static readonly (string Method, string Path, string Least)[] Endpoints =
    [
        ("GET", "alerts", "viewer"),
        ("GET", $"alerts/{Nobody}", "viewer"),
        ("GET", "incidents", "viewer"),
        ("GET", $"incidents/{Nobody}", "viewer"),
        ("GET", $"incidents/{Nobody}/alerts", "viewer"),
        ("GET", $"incidents/{Nobody}/report", "viewer"),
        ("GET", "report", "viewer"),
        ("GET", "silences", "viewer"),
        ("GET", "dead-letters", "viewer"),
        ("GET", "openapi.json", "viewer"),
        ("GET", "actions", "viewer"),
        ("GET", "sources", "viewer"),
        ("GET", "detections", "viewer"),
        ("GET", "receivers", "viewer"),
        ("GET", "nonsense", "viewer"),
        ("POST", $"alerts/{Nobody}/acknowledge", "responder"),
        ("POST", $"alerts/{Nobody}/close", "responder"),
        ("POST", $"alerts/{Nobody}/assign", "responder"),
        ("POST", $"alerts/{Nobody}/note", "responder"),
        ("POST", $"incidents/{Nobody}/acknowledge", "responder"),
        ("POST", $"incidents/{Nobody}/assign", "responder"),
        ("POST", $"incidents/{Nobody}/note", "responder"),
        ("POST", $"incidents/{Nobody}/close", "responder"),
        ("POST", $"incidents/{Nobody}/reopen", "responder"),
        ("POST", $"incidents/{Nobody}/split", "responder"),
        ("POST", $"incidents/{Nobody}/merge", "responder"),
        ("POST", "silences", "responder"),
        ("POST", $"silences/{Nobody}/expire", "responder"),
        ("POST", $"dead-letters/{Nobody}/resend", "responder"),
        ("POST", "dead-letters/resend", "responder"),
        ("DELETE", $"dead-letters/{Nobody}", "responder"),
        ("POST", $"sources/{Nobody}/forget", "responder"),
        ("POST", "receivers/console/test", "admin"),
        ("GET", "tokens", "admin"),
        ("POST", "tokens", "admin"),
        ("DELETE", $"tokens/{Nobody}", "admin"),
    ];

    [Fact]
    public async Task Endpoints_RolesBelowTheirOwn_AreRefused()
    {
        var tokens = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            tokens.Add(role, await CreateAsync(role, role));
        }

        foreach (var ((method, path, least), (role, token)) in Endpoints.SelectMany(endpoint => tokens, (endpoint, token) => (endpoint, token)))
        {
            using var answer = await SendAsync(token, method, path);

            if (Array.IndexOf(Roles, role) < Array.IndexOf(Roles, least))
            {
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.Contains($"this takes the role {least}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
            else
            {
                Assert.DoesNotContain(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.InternalServerError });
            }
        }
    }

    [Fact]
    public async Task Token_WrongRevokedOrExpired_IsRefusedInTheSameWords()
    {
        var revoked = await CreateAsync("revoked", "admin");
        var list = JsonDocument.Parse((await Cli.RunAsync("token", "list", "--format", "json", "--url", $"unix:{service.State}")).OutLines.First(line => line.Contains("\"revoked\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(revoked, "GET", "alerts")).StatusCode);
        Assert.Equal(0, (await Cli.RunAsync("token", "revoke", list.RootElement.GetProperty("id").GetString()!, "--url", $"unix:{service.State}")).ExitCode);
        var expired = await CreateAsync("expired", "admin", "4s");
        await service.Service.UntilAsync("the token is past its end", async () => (await SendAsync(expired, "GET", "alerts")).StatusCode == HttpStatusCode.Unauthorized);

        var answers = new List<string>();
        foreach (var header in new[] { $"Bearer {revoked}", $"Bearer {expired}", "Bearer auditwatch_0", "Bearer ", "Bearer", "Basic YWRtaW46YWRtaW4=", revoked, $"Bearer {revoked}, Bearer {expired}" })
        {
            // Through the socket as well: a token that is given decides, wherever it comes from.
            foreach (var way in new[] { "http", "socket" })
            {
                using var client = service.Client(way);
                using var request = new HttpRequestMessage(HttpMethod.Get, "alerts");
                request.Headers.TryAddWithoutValidation("Authorization", header);
                using var answer = await client.SendAsync(request);

                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
                answers.Add(await answer.Content.ReadAsStringAsync());
            }
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Token_OnTheMachineWithoutTheSocket_CannotBeMade()
    {
        var result = await Cli.RunAsync("token", "create", "--name", "mallory", "--role", "admin", "--by", "mallory", "--url", service.Url);

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains("this takes the role admin", result.Error, StringComparison.Ordinal);
        Assert.Contains("unix:DIR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_UnderAnotherHost_IsEnough()
    {
        var token = await CreateAsync("host", "viewer");
        using var client = service.Client("http");
        using var request = new HttpRequestMessage(HttpMethod.Get, "alerts") { Headers = { Host = "auditwatch.example.com", Authorization = new AuthenticationHeaderValue("Bearer", token) } };

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Act_WithAToken_IsDoneInItsName()
    {
        var token = await CreateAsync("jane's laptop", "responder");
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", token);
        var id = JsonDocument.Parse((await Cli.RunAsync("alerts", "list", "--status", "open", "--format", "json", "--url", service.Url, "--token-file", file)).OutLines[0]).RootElement.GetProperty("id").GetString()!;

        var other = await Cli.RunAsync("alerts", "acknowledge", id, "--by", "joe", "--url", service.Url, "--token-file", file);
        Assert.Equal((2, "'by' has to be left out, or 'jane's laptop': that is who you are here\n"), (other.ExitCode, other.Error));
        Assert.Equal(0, (await Cli.RunAsync("alerts", "acknowledge", id, "--url", service.Url, "--token-file", file)).ExitCode);
        Assert.Contains("jane's laptop", (await Cli.RunAsync("alerts", "show", id, "--url", service.Url, "--token-file", file)).Out, StringComparison.Ordinal);
        var silence = await Cli.RunAsync("silence", "add", "actor=nobody", "--duration", "1h", "--comment", "x", "--url", service.Url, "--token-file", file);
        Assert.Equal((0, "no alert that is open matches it: is it what you meant?\n"), (silence.ExitCode, silence.Error));
        Assert.Contains("jane's laptop", (await Cli.RunAsync("silence", "list", "--url", service.Url)).Out, StringComparison.Ordinal);
        foreach (var body in new[] { """{"by":"joe"}""", """{"by":7}""", """{"by":"jane's laptop","by":"joe"}""", """{"by":"\ud800"}""", "[]", "null", "", "{" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(token, "POST", $"alerts/{id}/close", body)).StatusCode);
        }

        Assert.DoesNotContain(token, service.Service.Error + service.Service.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"","role":"viewer","expiresAt":"2099-01-01T00:00:00Z","by":"a"}""")]
    [InlineData("""{"name":"a","role":"root","expiresAt":"2029-01-01T00:00:00Z","by":"a"}""")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"2020-01-01T00:00:00Z","by":"a"}""")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"2999-01-01T00:00:00Z","by":"a"}""")]
    [InlineData("""{"name":"a","role":"viewer","by":"a"}""")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"2029-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"a","role":"viewer","role":"admin","expiresAt":"2029-01-01T00:00:00Z","by":"a"}""")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"2029-01-01T00:00:00Z","by":"a","more":1}""")]
    public async Task Create_Wrong_IsRefused(string body)
    {
        using var client = service.Client("socket");
        using var answer = await client.PostAsync("tokens", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Commands_CreateListRevoke_ShowTheTokenOnce()
    {
        var url = $"unix:{service.State}";
        var created = await Cli.RunAsync("token", "create", "--name", "nightly", "--role", "viewer", "--expires", "30d", "--by", "ann", "--url", url);
        Assert.Equal(0, created.ExitCode);
        var token = Assert.Single(created.OutLines);
        Assert.Matches("^auditwatch_[0-9a-f]{64}$", token);
        Assert.DoesNotContain(token, created.Error, StringComparison.Ordinal);
        Assert.Contains("there is a token with the name 'nightly'", (await Cli.RunAsync("token", "create", "--name", "nightly", "--role", "viewer", "--by", "ann", "--url", url)).Error, StringComparison.Ordinal);

        var list = await Cli.RunAsync("token", "list", "--url", url);
        Assert.Matches(@"(?m)^[0-9a-f]{16} +nightly +viewer +active +2\d{3}-.* ann ", list.Out);
        Assert.DoesNotContain(token, list.Out + (await Cli.RunAsync("token", "list", "--format", "json", "--url", url)).Out, StringComparison.Ordinal);
        Assert.Equal(2, (await Cli.RunAsync("token", "create", "--name", "x", "--role", "viewer", "--expires", "soon", "--url", url)).ExitCode);
        Assert.Equal(1, (await Cli.RunAsync("token", "revoke", Nobody, "--url", url)).ExitCode);
    }

    private async Task<string> CreateAsync(string name, string role, string expires = "1h")
    {
        var result = await Cli.RunAsync("token", "create", "--name", name, "--role", role, "--expires", expires, "--by", "ann", "--url", $"unix:{service.State}");
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Out.Trim();
    }

    private async Task<HttpResponseMessage> SendAsync(string token, string method, string path, string body = "{}")
    {
        using var client = service.Client("http");
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        request.Content = method == "GET" ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }
}
