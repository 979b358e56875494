using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>An admin has receivers of the running service sent a test message, from the page and through the API; others cannot.</summary>
public sealed class ReceiverTestTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FickleReceiver _receiver = new();
    private Service? _service;

    private Service Running => _service!;

    public async Task InitializeAsync()
    {
        await _receiver.StartAsync();
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: on call, fileConfigs: [{path: told.jsonl}], webhookConfigs: [{url: "{{_receiver.Root}}/hook"}]}]
            route: {receiver: on call}
            """);
        _service = await Service.StartAsync("--config", config);
    }

    public async Task DisposeAsync()
    {
        await Running.DisposeAsync();
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    [BrowserFact]
    public async Task Page_OfAnAdmin_SaysOfEachWayHowItWentAndWhoSentIt()
    {
        var token = await TokenAsync("ada", "admin");
        await using var visit = await browser.VisitAsync(Running.Http.BaseAddress!, 360, isDark: true);
        await visit.Page.GotoAsync("/delivery");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test message" })).ToHaveCountAsync(0);
        var form = visit.Page.APIRequest.CreateFormData();
        form.Set("token", token);
        await visit.Page.APIRequest.PostAsync("/sign-in", new() { Form = form });
        await visit.Page.GotoAsync("/delivery");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test message to on call" }).ClickAsync();
        await Expect(visit.Page.Locator("main")).ToContainTextAsync("Test message of ada");
        await Expect(visit.Page.Locator(".tested", new() { HasText = "file[0]" })).ToContainTextAsync("delivered");
        await Expect(visit.Page.Locator(".tested.failed")).ToContainTextAsync("refused: ");
        await visit.EverybodyCanReadItAsync();
        Assert.Contains("ada has sent a test from AuditWatch on ", File.ReadAllLines(_folder["told.jsonl"])[0], StringComparison.Ordinal);

        _receiver.Takes = true;
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test message to on call" }).ClickAsync();
        await Expect(visit.Page.Locator(".tested.failed")).ToHaveCountAsync(0);
        Assert.Contains("", _receiver.Taken);
        await visit.Page.GotoAsync("/actions");
        await Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("POST /receivers/on call/test");
        visit.NothingWentWrong();
    }

    [Fact]
    public async Task Api_AsAnAdmin_SaysHowItWent_AsAResponder_Refuses()
    {
        _receiver.Takes = true;
        using var admin = await TestAsync(await TokenAsync("ada", "admin"), "on%20call");
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        var test = JsonDocument.Parse(await admin.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(("on call", "ada"), (test.GetProperty("receiver").GetString(), test.GetProperty("by").GetString()));
        Assert.All(test.GetProperty("ways").EnumerateArray(), way => Assert.Equal((true, "delivered"), (way.GetProperty("delivered").GetBoolean(), way.GetProperty("words").GetString())));
        Assert.Equal(2, test.GetProperty("ways").GetArrayLength());

        using var unknown = await TestAsync(await TokenAsync("alice", "admin"), "on-call");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("there is no receiver 'on-call'; did you mean 'on call'?", JsonDocument.Parse(await unknown.Content.ReadAsStringAsync()).RootElement.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        using var responder = await TestAsync(await TokenAsync("rita", "responder"), "on%20call");
        Assert.Equal(HttpStatusCode.Forbidden, responder.StatusCode);
        Assert.Equal(2, File.ReadAllLines(_folder["told.jsonl"]).Length);
    }

    private Task<HttpResponseMessage> TestAsync(string token, string receiver) => Running.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"/api/v1/receivers/{receiver}/test")
    {
        Content = JsonContent.Create(new { }),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    });

    private async Task<string> TokenAsync(string name, string role)
    {
        var made = await Cli.RunAsync("token", "create", "--name", name, "--role", role, "--by", "root", "--url", $"unix:{_folder["state"]}");
        Assert.Equal(0, made.ExitCode);
        return made.Out.Trim();
    }
}
