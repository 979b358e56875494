using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>People who sign in at a proxy, which is the test here: what it says is believed, and of nobody else.</summary>
public sealed class ProxyTests(ProxiedService service) : IClassFixture<ProxiedService>
{
    [Fact]
    public async Task Anybody_WithoutANameOrARole_SeesNothing()
    {
        // The proxy is on this machine; who comes through it is not.
        (string, string)[][] strangers =
        [
            [], [("X-Forwarded-User", "")], [("X-Forwarded-User", "jane")], [("X-Forwarded-Groups", "soc")], [("X-Forwarded-User", "jane"), ("X-Forwarded-Groups", "others")],
            [("X-Forwarded-User", "jane"), ("X-Forwarded-User", "joe"), ("X-Forwarded-Groups", "soc")],
            [("X-Forwarded-User", new string('j', 201)), ("X-Forwarded-Groups", "soc")], [("Host", "localhost")], [("Host", "127.0.0.1"), ("X-Forwarded-For", "127.0.0.1")],
        ];
        foreach (var headers in strangers)
        {
            foreach (var path in new[] { "/", "/silences", "/live", "/api/v1/alerts" })
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, path, null, headers)).Status);
            }
        }
    }

    [Fact]
    public async Task Viewer_LooksAndIsOfferedNothing()
    {
        (string, string)[] viewer = [("X-Forwarded-User", "vera"), ("X-Forwarded-Groups", "all, readers")];
        var alert = await AlertAsync();
        foreach (var path in new[] { "/", $"/alerts/{alert}", "/silences?matchers=actor%3D%22nobody%22", "/delivery", "/detections", "/sources" })
        {
            var (status, page, _) = await SendAsync(HttpMethod.Get, path, null, viewer);

            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("""<span class="who">vera</span>""", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<button formaction", page, StringComparison.Ordinal);
            Assert.DoesNotMatch("""<form method="post" action="(?!alerts/all)""", page);
            Assert.DoesNotContain("""name="by" """, page, StringComparison.Ordinal);
            Assert.DoesNotContain("checkbox", page, StringComparison.Ordinal);
        }

        foreach (var path in new[] { $"/alerts/{alert}/acknowledge", $"/alerts/{alert}/close", $"/alerts/{alert}/note", "/silences/add", "/dead-letters/all/resend", "/incidents/0000000000000000/close" })
        {
            var (status, text, _) = await SendAsync(HttpMethod.Post, path, Form(("text", "x")), viewer);
            Assert.Equal((HttpStatusCode.Forbidden, "this takes the role responder, and vera has the role viewer\n"), (status, text));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, $"/api/v1/alerts/{alert}/close", Json("{}"), viewer)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/api/v1/alerts", null, viewer)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/api/v1/tokens", null, viewer)).Status);
    }

    [Fact]
    public async Task Responder_ActsInTheirNameAndNoOther()
    {
        (string, string)[] jane = [("X-Forwarded-User", "jane"), ("X-Forwarded-Groups", "soc")];
        (string, string)[] joe = [("X-Forwarded-User", "joe"), ("X-Forwarded-Groups", "soc")];
        var alert = await AlertAsync();
        var (_, page, cookies) = await SendAsync(HttpMethod.Get, $"/alerts/{alert}", null, jane);
        Assert.All(cookies, cookie => Assert.Contains("secure; samesite=lax; httponly", cookie, StringComparison.Ordinal));
        Assert.DoesNotContain("Your name", page, StringComparison.Ordinal);
        var token = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var cookie = ("Cookie", string.Join("; ", cookies.Select(one => one.Split(';')[0])));
        var form = Form(("__RequestVerificationToken", token), ("by", "somebody else"), ("text", "seen"));

        // Neither the form of somebody else, nor one that another page sends, nor one without a token.
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, $"/alerts/{alert}/note", form, [.. joe, cookie])).Status);
        foreach (var elsewhere in new[] { ("Origin", "https://evil.example"), ("Origin", "http://auditwatch.example.com"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site") })
        {
            Assert.Equal((HttpStatusCode.Forbidden, "a page of somebody else's has sent this\n"), ToPair(await SendAsync(HttpMethod.Post, $"/alerts/{alert}/note", form, [.. jane, cookie, elsewhere])));
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, $"/api/v1/alerts/{alert}/acknowledge", Json("{}"), [.. jane, elsewhere])).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, $"/alerts/{alert}/note", Form(("text", "x")), [.. jane, cookie])).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(HttpMethod.Post, $"/alerts/{alert}/note", form, [.. jane, cookie, ("Origin", ProxiedService.Address)])).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, $"/api/v1/alerts/{alert}/acknowledge", Json("{}"), jane)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, $"/api/v1/alerts/{alert}/close", Json("""{"by":"joe"}"""), jane)).Status);
        var shown = await Cli.RunAsync("alerts", "show", alert, "--url", $"unix:{service.State}");
        Assert.Matches("(?m)acknowledged +jane", shown.Out);
        Assert.DoesNotContain("somebody else", shown.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic amFuZTpzZWNyZXQ=", HttpStatusCode.OK)]
    [InlineData("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", HttpStatusCode.OK)]
    [InlineData("Bearer auditwatch_0", HttpStatusCode.Unauthorized)]
    public async Task Authorization_OfTheProxys_IsNoTokenOfOurs(string authorization, HttpStatusCode expected)
    {
        Assert.Equal(expected, (await SendAsync(HttpMethod.Get, "/api/v1/alerts", null, [("X-Forwarded-User", "jane"), ("X-Forwarded-Groups", "soc"), ("Authorization", authorization)])).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/api/v1/alerts", null, [("Authorization", authorization)])).Status);
    }

    [Fact]
    public async Task Admin_MakesTokensInTheirName()
    {
        var (status, text, _) = await SendAsync(HttpMethod.Post, "/api/v1/tokens", Json("""{"name":"ci","role":"viewer","expiresAt":"2035-01-01T00:00:00Z"}"""), [("X-Forwarded-User", "ada"), ("X-Forwarded-Groups", "platform")]);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("ada", JsonDocument.Parse(text).RootElement.GetProperty("createdBy").GetString());
    }

    [SkippableFact]
    public async Task Headers_FromAnotherAddressThanTheProxys_AreNotBelieved()
    {
        var address = Elsewhere.OrSkip();
        await using var exposed = new ProxiedService();
        await exposed.StartAsync(address.ToString(), "insecure: true");

        (string, string)[] forged = [("X-Forwarded-User", "mallory"), ("X-Forwarded-Groups", "platform"), ("X-Forwarded-For", "127.0.0.1"), ("Host", "localhost")];
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/", null, forged, exposed)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/alerts", null, forged, exposed)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/tokens", null, forged, exposed)).Status);
    }

    private static (HttpStatusCode, string) ToPair((HttpStatusCode Status, string Text, string[] Cookies) answer) => (answer.Status, answer.Text);

    private static Func<HttpContent> Form(params (string Name, string Value)[] fields) => () => new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static Func<HttpContent> Json(string body) => () => new StringContent(body, Encoding.UTF8, "application/json");

    private async Task<string> AlertAsync()
    {
        await service.Now.PostAsync(string.Join('\n', Sample.Lines));
        var list = await Cli.RunAsync("alerts", "list", "--status", "open", "--format", "json", "--url", $"unix:{service.State}");
        return JsonDocument.Parse(list.OutLines[0]).RootElement.GetProperty("id").GetString()!;
    }

    private async Task<(HttpStatusCode Status, string Text, string[] Cookies)> SendAsync(HttpMethod method, string path, Func<HttpContent>? content, (string Name, string Value)[] headers, ProxiedService? of = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await (of ?? service).Proxy.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : []);
    }
}
