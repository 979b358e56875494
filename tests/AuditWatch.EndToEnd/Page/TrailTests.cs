using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What people did, on a page.</summary>
public class TrailTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Actions_OfPeople_AreThereAndCanBeFound()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "one"));
        await service.PostAsync(PageEvent.Exec("trudy", "two"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        await visit.Page.GotoAsync("/?detection=exec_into_pod");
        var ids = await visit.Page.Locator("li.alert").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.alert)");
        Assert.Equal(2, ids.Length);
        await visit.Page.Locator("li.alert input[type=checkbox]").Nth(0).CheckAsync();
        await visit.Page.Locator("li.alert input[type=checkbox]").Nth(1).CheckAsync();
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge chosen" }).ClickAsync();
        await Expect(visit.Page.Locator("li.alert .state").First).ToContainTextAsync("acknowledged by jane");
        var closed = await Cli.RunAsync("alerts", "close", ids[0], "--by", PageEvent.Hostile, "--url", $"unix:{folder["state"]}");
        Assert.Equal(0, closed.ExitCode);

        await visit.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Actions" }).ClickAsync();

        var rows = visit.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(0)).ToContainTextAsync($"/api/v1/alerts/{ids[0]}/close");
        await Expect(rows.Nth(0)).ToContainTextAsync("<script>alert(1)</script>");
        await Expect(rows.Nth(0)).ToContainTextAsync("uid ");
        await Expect(rows.Nth(1)).ToContainTextAsync("jane");
        await Expect(rows.Nth(1)).ToContainTextAsync("127.0.0.1:");
        await Expect(rows.Nth(1)).ToContainTextAsync("done");

        // By the person, and by the object, of which one was among those chosen.
        await rows.Nth(1).GetByRole(AriaRole.Link, new() { Name = "jane" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await visit.Page.GetByLabel("Who").FillAsync("");
        await visit.Page.GetByLabel("About").FillAsync(ids[1][..10]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await rows.First.GetByRole(AriaRole.Link, new() { Name = ids[1] }).ClickAsync();
        await Expect(visit.Page.Locator(".head .state")).ToContainTextAsync("acknowledged by jane");
        visit.NothingWentWrong();
    }
}
