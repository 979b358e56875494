using System.Net;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>People who sign in at an OpenID provider: a real one, in a real browser, under another name than the page.</summary>
public sealed class OpenIdTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Uri _page = new($"http://127.0.0.1:{Ports.Free()}/");
    private OpenIdProviderServer? _provider;
    private Service? _service;

    private OpenIdProviderServer Provider => _provider!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await (_service?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_provider?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    /// <summary>Whether the provider puts the claims into the ID token, or has them asked for.</summary>
    public static TheoryData<bool> Claims => LongForm.IsTaken ? [false, true] : [false];

    [BrowserTheory]
    [MemberData(nameof(Claims))]
    public async Task Responder_SignsInActsAndSignsOut(bool claimsInIdToken)
    {
        await StartAsync(new OpenIdProviderServer(_page, claimsInIdToken));
        Provider.Put(("jane", ["soc", "others"]));
        var alert = await AlertAsync();
        await using var visit = await VisitAsync();

        // The link of a message leads to the alert once she has signed in, and what she does is done in her name.
        await visit.Page.GotoAsync($"/alerts/{alert}");
        Assert.Empty((await visit.Page.RunAxe()).Violations);
        await SignInAsync(visit.Page, "jane");
        await Expect(visit.Page).ToHaveURLAsync(new Regex($"/alerts/{alert}$"));
        await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("jane");
        Assert.Equal(0, await visit.Page.GetByLabel("Your name").CountAsync());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(visit.Page.GetByText("acknowledged by jane").First).ToBeVisibleAsync();
        foreach (var cookie in (await visit.Page.Context.CookiesAsync([_page.AbsoluteUri])).Where(cookie => cookie.Name.StartsWith("auditwatch.", StringComparison.Ordinal)))
        {
            Assert.True(cookie.HttpOnly && cookie.SameSite == SameSiteAttribute.Lax, cookie.Name);
        }

        // A restart signs nobody out: the keys are kept where nobody else looks.
        var keys = Path.Combine(_folder["state"], "page-keys");
        Assert.NotEmpty(Directory.GetFiles(keys));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(keys) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        await visit.Page.GotoAsync("about:blank");
        await _service!.StopAsync();
        await _service.DisposeAsync();
        await StartServiceAsync();
        await visit.Page.GotoAsync("/");
        await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("jane");
        Assert.Equal(200, (await visit.Page.APIRequest.GetAsync($"{_page}api/v1/alerts")).Status);
        Assert.Equal(403, (await visit.Page.APIRequest.GetAsync($"{_page}api/v1/tokens")).Status);

        // Signed out here and there; what her browser kept opens nothing, whoever has a copy of it.
        var copy = await CookiesAsync(visit.Page);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(_page.AbsoluteUri);
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in at localhost" })).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("/", copy)).StatusCode);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in at localhost" }).ClickAsync();
        await Expect(visit.Page.Locator("input[name=login]")).ToBeVisibleAsync();
        visit.NothingWentWrong();
        Assert.Contains("\"who\":\"jane\",\"role\":\"responder\"", File.ReadAllText(_folder["state/actions.jsonl"]), StringComparison.Ordinal);
        Assert.Contains("/oidc/callback", File.ReadAllText(_folder["state/actions.jsonl"]), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Person_WithoutARole_IsToldSo()
    {
        await StartAsync(new OpenIdProviderServer(_page));
        Provider.Put(("mallory", ["others"]));
        await using var visit = await VisitAsync();

        await visit.Page.GotoAsync("/");
        await SignInAsync(visit.Page, "mallory");

        await Expect(visit.Page.GetByText("You have signed in as mallory, and none of the groups in the claim 'groups' has a role here.")).ToBeVisibleAsync();
        Assert.Equal(403, (await visit.Page.GotoAsync("/"))!.Status);
    }

    [BrowserFact]
    public async Task RolesWithdrawn_EndWhatIsOpenWithinAMinute()
    {
        await StartAsync(new OpenIdProviderServer(_page));
        Provider.Put(("jane", ["soc"]));
        await using var visit = await VisitAsync();
        await visit.Page.GotoAsync("/");
        await SignInAsync(visit.Page, "jane");
        await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("jane");
        using var live = await GetAsync("/live", await CookiesAsync(visit.Page));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        Provider.Put(("jane", []));

        await live.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(403, (await visit.Page.GotoAsync("/"))!.Status);
    }

    [BrowserFact]
    public async Task Tokens_PastTheirLife_AreRenewedWhileTheProviderKnowsThePerson()
    {
        await StartAsync(new OpenIdProviderServer(_page, accessTokenSeconds: 2, refreshTokens: true));
        Provider.Put(("jane", ["soc"]));
        await using var visit = await VisitAsync();
        await visit.Page.GotoAsync("/");
        await SignInAsync(visit.Page, "jane");
        for (var seconds = 0; seconds < 6; seconds += 3)
        {
            await visit.Page.WaitForTimeoutAsync(3_000);
            await visit.Page.ReloadAsync();
            await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("jane");
        }

        Provider.Put();
        await visit.Page.WaitForTimeoutAsync(3_000);

        Assert.Equal(403, (await visit.Page.ReloadAsync())!.Status);
    }

    [BrowserFact]
    public async Task Provider_ThatIsDown_IsSaidAndTokensAreTakenMeanwhile()
    {
        await StartAsync(new OpenIdProviderServer(_page), started: false);
        var alert = await AlertAsync();
        var made = await Cli.RunAsync("token", "create", "--name", "joe", "--role", "responder", "--url", $"unix:{_folder["state"]}");
        await using var visit = await VisitAsync();

        await visit.Page.GotoAsync($"/alerts/{alert}");
        var answer = await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in at localhost" }).ClickAsync(), one => one.Url.Contains("/oidc/sign-in", StringComparison.Ordinal));
        Assert.Equal(503, answer.Status);
        await Expect(visit.Page.GetByText("The provider localhost does not answer")).ToBeVisibleAsync();
        await visit.Page.GetByLabel("Your token").FillAsync(made.OutLines[0]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a token" }).ClickAsync();

        await Expect(visit.Page.Locator(".who")).ToHaveTextAsync("joe");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visit.Page.GetByText("You have signed out here.")).ToBeVisibleAsync();
        Assert.Equal(403, (await visit.Page.GotoAsync("/"))!.Status);
    }

    [BrowserFact]
    public async Task SignIn_FromElsewhereOrUnderAnotherName_LeadsNowhereElse()
    {
        await StartAsync(new OpenIdProviderServer(_page));
        foreach (var (back, expected) in new[] { ("alerts/00?x=1", "alerts/00?x=1"), ("//evil.example", ""), ("https://evil.example/", ""), ("/\\evil.example", "") })
        {
            using var there = await GetAsync($"/oidc/sign-in?back={Uri.EscapeDataString(back)}", "", host: "rebound.example");
            Assert.Equal($"{_page}oidc/sign-in?back={Uri.EscapeDataString(expected)}", there.Headers.Location?.OriginalString);
        }

        using var begun = await GetAsync("/oidc/sign-in", "");
        var query = Uri.UnescapeDataString(begun.Headers.Location!.Query);
        Assert.StartsWith(Provider.Authority, begun.Headers.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("client_id=auditwatch", query, StringComparison.Ordinal);

        // An answer that nobody here has asked for, and a session that nobody here has sealed.
        foreach (var forged in new[] { "/oidc/callback?code=x&state=y", "/oidc/callback?error=access_denied&error_description=%3Cscript%3E", "/oidc/callback" })
        {
            using var refused = await GetAsync(forged, "");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.DoesNotContain("<script", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("/", "auditwatch.session=CfDJ8AAA")).StatusCode);
        using var client = new HttpClient { BaseAddress = _page };
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/sign-out", new FormUrlEncodedContent([]))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/api/v1/alerts")).StatusCode);
    }

    private Task<Visit> VisitAsync() => OpenIdProviderServer.VisitAsync(browser, _page);

    private static Task SignInAsync(IPage page, string name) => OpenIdProviderServer.SignInAsync(page, name);

    private async Task<string> CookiesAsync(IPage page) => string.Join("; ", (await page.Context.CookiesAsync([_page.AbsoluteUri])).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    private async Task<HttpResponseMessage> GetAsync(string path, string cookies, string? host = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _page };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task StartAsync(OpenIdProviderServer provider, bool started = true)
    {
        _provider = provider;
        await (started ? provider.StartAsync() : Task.CompletedTask);
        _folder.Write("secret", OpenIdProviderServer.Secret);
        await StartServiceAsync();
    }

    private async Task StartServiceAsync()
    {
        var config = _folder.Write("auditwatch.yaml", $$"""
            externalUrl: {{_page}}
            page:
              listen: {{_page.Authority}}
              oidc: {authority: '{{Provider.Authority}}', clientId: {{OpenIdProviderServer.Client}}, clientSecretFile: secret, scopes: [profile, groups]}
              roles: {responder: [soc], admin: [platform]}
            """);
        _service = await Service.StartAsync("--config", config, "--listen", "127.0.0.1:0", "--state", _folder["state"]);
    }

    private async Task<string> AlertAsync()
    {
        await _service!.PostAsync(string.Join('\n', Sample.Lines));
        var list = await Cli.RunAsync("alerts", "list", "--status", "open", "--format", "json", "--url", $"unix:{_folder["state"]}");
        return System.Text.Json.JsonDocument.Parse(list.OutLines[0]).RootElement.GetProperty("id").GetString()!;
    }
}
