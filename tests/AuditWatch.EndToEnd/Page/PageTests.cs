using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>The page as people use it, in a real browser.</summary>
public class PageTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Walk_FromAlertToClosed_BothPeopleSeeIt()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await using var jane = await browser.VisitAsync(service.Http.BaseAddress!);
        await using var max = await browser.VisitAsync(service.Http.BaseAddress!);
        await jane.Page.GotoAsync("/");
        await max.Page.GotoAsync("/");
        await Expect(jane.Page.Locator(".empty")).ToContainTextAsync("No alert is open");

        // It appears in both, behind a line, without that anything moves.
        await service.PostAsync(PageEvent.Exec("mallory", "shell"));
        foreach (var visit in new[] { jane, max })
        {
            await Expect(visit.Page.Locator("#news")).ToBeVisibleAsync();
            await Expect(visit.Page).ToHaveTitleAsync(new Regex(@"^\(\d+\) "));
            await visit.Page.Locator("#news a").ClickAsync();
            await Expect(visit.Page.Locator("li.alert", new() { HasText = "exec_into_pod" })).ToBeVisibleAsync();
        }

        // One takes it on; the other sees so where it stands.
        await jane.Page.Locator("li.alert", new() { HasText = "exec_into_pod" }).Locator("a.title").ClickAsync();
        await jane.Page.GetByLabel("Your name").FillAsync("jane");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(jane.Page.Locator(".head .state")).ToContainTextAsync("acknowledged by jane");
        await Expect(max.Page.Locator("li.alert", new() { HasText = "exec_into_pod" }).Locator(".state")).ToHaveTextAsync("acknowledged by jane");

        await jane.Page.GetByLabel("In your words").FillAsync("asked mallory on the phone");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Note it" }).ClickAsync();
        await Expect(jane.Page.Locator(".activity")).ToContainTextAsync("jane: asked mallory on the phone");

        // A silence says what it hides before it does.
        var alert = new Uri(jane.Page.Url).AbsolutePath;
        await jane.Page.GetByRole(AriaRole.Link, new() { Name = "Silence alerts like this" }).ClickAsync();
        await Expect(jane.Page.Locator("#add")).ToContainTextAsync("It hides 1 open alert now");
        await jane.Page.GetByLabel("Because").FillAsync("a drill");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Silence them" }).ClickAsync();
        await Expect(jane.Page.Locator("table")).ToContainTextAsync("a drill");

        await jane.Page.GotoAsync(alert);
        await jane.Page.GetByLabel("Because it is").SelectOptionAsync("false-positive");
        await jane.Page.GetByLabel("In your words").FillAsync("a drill");
        await jane.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(jane.Page.Locator(".head .state")).ToContainTextAsync("closed by jane");
        await Expect(jane.Page.Locator(".activity")).ToContainTextAsync("jane closed it: false-positive: a drill");
        using var shown = JsonDocument.Parse(await service.Http.GetStringAsync($"/api/v1{alert}"));
        Assert.Equal("false-positive: a drill", shown.RootElement.GetProperty("closeReason").GetString());
        jane.NothingWentWrong();
        max.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Incident_OfTheSample_IsToldAndDealtWithAsOne()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        await visit.Page.GotoAsync("/");
        await visit.Page.Locator("section[aria-labelledby=stories] a").First.ClickAsync();
        await Expect(visit.Page.Locator(".timeline a.mark").First).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".tactics")).ToContainTextAsync("credential-access");
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(visit.Page.Locator(".head .state")).ToHaveTextAsync("acknowledged by jane");

        await visit.Page.GetByLabel("Because it is").SelectOptionAsync("true-positive");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Close with its alerts" }).ClickAsync();
        await Expect(visit.Page.Locator(".head .state")).ToHaveTextAsync("closed by jane: true-positive");
        await Expect(visit.Page.Locator("ol.lines")).Not.ToContainTextAsync("acknowledged by");

        // From one of its alerts back to it.
        await visit.Page.Locator(".timeline a.mark").First.ClickAsync();
        await visit.Page.GetByText("Part of the story").GetByRole(AriaRole.Link).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Reopen" }).ClickAsync();
        await Expect(visit.Page.Locator(".activity")).ToContainTextAsync("reopened by jane");
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Queue_WithoutScript_DealsWithManyAtOnce()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "one"));
        await service.PostAsync(PageEvent.Exec("trudy", "two"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, hasScript: false);
        await visit.Page.GotoAsync("/?detection=exec_into_pod");
        var boxes = visit.Page.Locator("li.alert input[type=checkbox]");
        await Expect(boxes).ToHaveCountAsync(2);
        await ChooseBothAsync();
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByLabel("Give it to").FillAsync("max");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Assign chosen" }).ClickAsync();
        await Expect(visit.Page.GetByText("acknowledged by max")).ToHaveCountAsync(2);
        await ChooseBothAsync();
        await visit.Page.GetByLabel("In your words").FillAsync("a drill, I think");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Note on chosen" }).ClickAsync();
        await visit.Page.Locator("li.alert a.title").First.ClickAsync();
        await Expect(visit.Page.Locator(".activity")).ToContainTextAsync("jane gave it to max");
        await Expect(visit.Page.Locator(".activity")).ToContainTextAsync("a drill, I think");
        await visit.Page.GotoAsync("/?detection=exec_into_pod");
        await ChooseBothAsync();
        await visit.Page.GetByLabel("In your words").PressAsync("Enter");
        await Expect(visit.Page.GetByText("acknowledged by max")).ToHaveCountAsync(2);
        await visit.Page.GetByLabel("Because it is").SelectOptionAsync("benign");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Close chosen" }).ClickAsync();

        await Expect(visit.Page.Locator(".empty")).ToContainTextAsync("No alert is like that");
        await visit.Page.GetByLabel("Status").SelectOptionAsync("closed");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(visit.Page.Locator("li.alert .state")).ToHaveTextAsync(["closed by jane", "closed by jane"]);
        visit.NothingWentWrong();

        async Task ChooseBothAsync()
        {
            await boxes.Nth(0).CheckAsync();
            await boxes.Nth(1).CheckAsync();
        }
    }

    [BrowserFact]
    public async Task Queue_Keys_MoveChooseAndAcknowledge()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "shell"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        await visit.Page.GotoAsync("/?detection=exec_into_pod");
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByLabel("Your name").BlurAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator("li.alert.chosen")).ToHaveCountAsync(1);
        await visit.Page.Keyboard.PressAsync("a");

        await Expect(visit.Page.Locator("li.alert .state")).ToContainTextAsync("acknowledged by jane");
        visit.NothingWentWrong();
    }
}
