using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>A night on call, the whole way: from a log that is posted to the report, with two people at their browsers, who have signed in at an OpenID provider and have different roles, and their colleagues in Slack.</summary>
public sealed class WalkTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Credentials = "cat /var/run/secrets/kubernetes.io/serviceaccount/token";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingSlack _slack = new();
    private readonly Uri _page = new($"http://127.0.0.1:{Ports.Free()}/");
    private OpenIdProviderServer? _provider;

    public Task InitializeAsync() => _slack.StartAsync();

    public async Task DisposeAsync()
    {
        await (_provider?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _slack.DisposeAsync();
        _folder.Dispose();
    }

    [BrowserFact]
    public async Task Night_FromTheLogToTheReport()
    {
        await using var service = await StartAsync();
        await using var jane = await OpenIdProviderServer.VisitAsync(browser, _page);
        await using var max = await OpenIdProviderServer.VisitAsync(browser, _page);
        foreach (var (visit, name) in new[] { (jane, "jane"), (max, "max") })
        {
            await visit.Page.GotoAsync("/");
            await OpenIdProviderServer.SignInAsync(visit.Page, name);
            await Expect(visit.Page.Locator(".who")).ToHaveTextAsync(name);
        }

        // The incident appears in both browsers, behind a line.
        await service.PostAsync(string.Join('\n', Sample.Lines));
        foreach (var visit in new[] { jane, max })
        {
            await Expect(visit.Page.Locator("#news")).ToBeVisibleAsync();
            await visit.Page.Locator("#news a").ClickAsync();
            await Expect(visit.Page.Locator("section[aria-labelledby=stories] a").First).ToBeVisibleAsync();
        }

        // One takes it on, in the name that she signed in with, and the other, who may only look, sees so where he looks.
        await jane.Page.Locator("section[aria-labelledby=stories] a").First.ClickAsync();
        var incident = new Uri(jane.Page.Url).AbsolutePath;
        Assert.Equal(0, await jane.Page.GetByLabel("Your name").CountAsync());
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(jane.Page.Locator(".head .state")).ToHaveTextAsync("acknowledged by jane");
        await Expect(max.Page.Locator("li.alert.changed .state").First).ToHaveTextAsync("acknowledged by jane");
        await LooksOnlyAsync(max, incident);
        await jane.Page.GetByLabel("In your words").FillAsync("called the platform team");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Note it" }).ClickAsync();
        await Expect(jane.Page.Locator(".activity")).ToContainTextAsync("called the platform team");
        await StormIsToldTheWorstFirstAsync(service);

        // One deed is one message, and the alert that nobody is told of says why.
        await service.PostAsync(PageEvent.Exec("mallory", "shell", Credentials));
        await service.UntilAsync("the deed to be told", () => Task.FromResult(ByBot("/api/chat.postMessage").Count == 1));
        var shell = await FindAsync(service, "exec_into_pod", "mallory");
        var deed = await FindAsync(service, "exec_reads_credentials", "mallory");
        await jane.Page.GotoAsync($"/alerts/{shell}");
        await Expect(jane.Page.Locator("p.told")).ToContainTextAsync("exec_reads_credentials");
        Assert.Single(ByBot("/api/chat.postMessage"));
        Assert.Contains("exec_reads_credentials", ByBot("/api/chat.postMessage")[0], StringComparison.Ordinal);

        // Who takes that on is seen in Slack at once; who was told is on the page.
        await jane.Page.GotoAsync($"/alerts/{deed}");
        await Expect(jane.Page.Locator("p.told")).ToContainTextAsync("soc");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(jane.Page.Locator(".head .state")).ToContainTextAsync("acknowledged by jane");
        await service.UntilAsync("Slack to show it", () => Task.FromResult(ByBot("/api/chat.update").Exists(post => Regex.IsMatch(post, "Acknowledged by jane at [0-9-]{10} [0-9:]{8} UTC"))));

        // Many requests alike do not hide the one that tells the most.
        await service.PostAsync(string.Join('\n', Enumerable.Repeat("ls", 14).Append("uname -a").Concat(Enumerable.Repeat("ls", 14)).Select(command => PageEvent.Exec("trudy", "shell", command))));
        var many = await FindAsync(service, "exec_into_pod", "trudy");
        await jane.Page.GotoAsync($"/alerts/{many}");
        await Expect(jane.Page.Locator("section[aria-labelledby=requests] table")).ToContainTextAsync("uname -a");
        await Expect(jane.Page.Locator("section[aria-labelledby=requests]")).ToContainTextAsync("of 29 are kept");

        // A silence says what it hides, and what it has hidden says so.
        await jane.Page.GetByRole(AriaRole.Link, new() { Name = "Silence alerts like this" }).ClickAsync();
        await Expect(jane.Page.Locator("#add")).ToContainTextAsync("It hides 1 open alert now");
        await jane.Page.GetByLabel("Because").FillAsync("a drill");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Silence them" }).ClickAsync();
        await Expect(jane.Page.Locator("table")).ToContainTextAsync("a drill");
        await service.PostAsync(PageEvent.Exec("trudy", "another", "id"));
        var silenced = default(JsonElement);
        await service.UntilAsync("the alert that is silenced", async () =>
        {
            silenced = (await AlertsAsync("detection=exec_into_pod&actor=trudy")).FirstOrDefault(alert => Id(alert) != many);
            return silenced.ValueKind == JsonValueKind.Object && silenced.GetProperty("notTold").ValueKind == JsonValueKind.Object;
        });
        await jane.Page.GotoAsync($"/alerts/{Id(silenced)}");
        await Expect(jane.Page.Locator("p.told")).ToContainTextAsync("jane");

        // An exception, which its own test finds right.
        await jane.Page.GotoAsync($"/alerts/{deed}");
        await jane.Page.GetByRole(AriaRole.Link, new() { Name = "False positive? An exception for this" }).ClickAsync();
        foreach (var link in await jane.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Download ") }).AllAsync())
        {
            var file = await jane.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            await file.SaveAsAsync(_folder[$"rules/{file.SuggestedFilename}"]);
        }

        var tested = await Cli.RunAsync("detections", "test", "builtin", _folder["rules"]);
        Assert.True(tested.ExitCode == 0, tested.Out + tested.Error);

        // Closed with a reason, which Slack shows.
        await jane.Page.GotoAsync($"/alerts/{deed}");
        await jane.Page.GetByLabel("Because it is").SelectOptionAsync("false-positive");
        await jane.Page.GetByLabel("In your words").FillAsync("the backup reads it");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(jane.Page.Locator(".head .state")).ToContainTextAsync("closed by jane");
        await service.UntilAsync("Slack to show the end", () => Task.FromResult(ByBot("/api/chat.update").Exists(post => Regex.IsMatch(post, "Closed by jane at [0-9-]{10} [0-9:]{8} UTC"))));

        // The report, opened.
        await jane.Page.GotoAsync(incident);
        var report = await jane.Page.RunAndWaitForDownloadAsync(() => jane.Page.GetByRole(AriaRole.Link, new() { Name = "Report: one file to keep, print or send" }).ClickAsync());
        await report.SaveAsAsync(_folder["report.html"]);
        await max.Page.GotoAsync(incident);
        await Expect(max.Page.Locator(".activity")).ToContainTextAsync("called the platform team");
        await jane.Page.GotoAsync(new Uri(_folder["report.html"]).AbsoluteUri);
        await Expect(jane.Page.Locator("main")).ToContainTextAsync("called the platform team");
        jane.NothingWentWrong();
        max.NothingWentWrong();
    }

    // A viewer is offered nothing to do, and what somebody else's form would do is refused.
    private async Task LooksOnlyAsync(Visit viewer, string incident)
    {
        await viewer.Page.GotoAsync(incident);
        await Expect(viewer.Page.Locator(".head .state")).ToHaveTextAsync("acknowledged by jane");
        Assert.Equal(0, await viewer.Page.Locator("main form").CountAsync());
        var refused = await viewer.Page.APIRequest.PostAsync($"{_page}api/v1{incident}/reopen", new() { DataObject = new { by = "jane" } });
        Assert.Equal(403, refused.Status);
    }

    private async Task<Service> StartAsync()
    {
        _provider = new OpenIdProviderServer(_page);
        await _provider.StartAsync();
        _provider.Put(("jane", ["soc"]), ("max", ["managers"]));
        _folder.Write("secret", OpenIdProviderServer.Secret);
        _folder.Write("token", "xoxb-1");
        _folder.Write("url", $"{_slack.Root}/hook");
        var config = _folder.Write("auditwatch.yaml", $$"""
            externalUrl: {{_page}}
            page:
              listen: {{_page.Authority}}
              oidc: {authority: '{{_provider.Authority}}', clientId: {{OpenIdProviderServer.Client}}, clientSecretFile: secret, scopes: [profile, groups]}
              roles: {viewer: [managers], responder: [soc]}
            receivers:
              - name: soc
                slackConfigs: [{botTokenFile: token, channel: C0123456789, apiUrl: "{{_slack.Root}}/api/"}]
              - name: storm
                maxMessagesPerMinute: 8
                slackConfigs: [{apiUrlFile: url}]
            route:
              receiver: storm
              routes: [{matchers: ['actor="mallory"'], receiver: soc}]
            inhibit:
              - sourceMatchers: ['detection="exec_reads_credentials"']
                targetMatchers: ['detection="exec_into_pod"']
                equal: [cluster, namespace, actor]
            """);
        return await Service.StartAsync("--config", config, "--listen", "127.0.0.1:0", "--state", _folder["state"]);
    }

    // More alerts than messages a minute: the worst of them are told one by one, others in a digest, and each says which.
    private async Task StormIsToldTheWorstFirstAsync(Service service)
    {
        IReadOnlyList<JsonElement> alerts = [];
        await service.UntilAsync("everybody to be told", async () =>
        {
            alerts = await AlertsAsync("status=open,acknowledged,closed");
            return alerts.Count > 8 && alerts.All(alert => alert.GetProperty("told").GetArrayLength() > 0 || alert.GetProperty("notTold").ValueKind == JsonValueKind.Object);
        });
        var single = alerts.Where(alert => Told(alert).Contains("notified")).Select(alert => alert.GetProperty("level").GetString()).ToList();
        var digested = alerts.Where(alert => Told(alert).Contains("digested") && !Told(alert).Contains("notified")).Select(alert => alert.GetProperty("level").GetString()).ToList();
        Assert.NotEmpty(digested);
        string?[] levels = ["informational", "low", "medium", "high", "critical"];
        Assert.True(single.Max(level => Array.IndexOf(levels, level)) >= digested.Max(level => Array.IndexOf(levels, level)));
        Assert.DoesNotContain("critical", digested);
    }

    private List<string> ByBot(string method) => [.. _slack.Posts.Where(post => post.Path == method && (method != "/api/chat.postMessage" || post.Body["thread_ts"] is null)).Select(post => post.Body.ToJsonString())];

    // As somebody on the machine sees them.
    private async Task<IReadOnlyList<JsonElement>> AlertsAsync(string query)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["state/auditwatch.sock"]), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return [.. JsonDocument.Parse(await client.GetStringAsync($"http://localhost/api/v1/alerts?{query}")).RootElement.GetProperty("alerts").EnumerateArray()];
    }

    private async Task<string> FindAsync(Service service, string detection, string actor)
    {
        IReadOnlyList<JsonElement> found = [];
        await service.UntilAsync($"{detection} by {actor}", async () => (found = await AlertsAsync($"detection={detection}&actor={actor}")).Count == 1);
        return Id(found[0]);
    }

    private static string Id(JsonElement alert) => alert.GetProperty("id").GetString()!;

    private static List<string?> Told(JsonElement alert) => [.. alert.GetProperty("told").EnumerateArray().Append(alert.GetProperty("notTold")).Where(one => one.ValueKind == JsonValueKind.Object).Select(one => one.GetProperty("event").GetString())];
}
