using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>The queue narrowed by a click on a value and by its form, without a script: the address says what is shown, with whole times.</summary>
public class QueueFilterTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Queue_TacticTimeAndLevel_NarrowByClickAndByForm()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "one"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, hasScript: false);
        var rows = visit.Page.Locator("li.alert", new() { HasText = "exec_into_pod" });
        await visit.Page.GotoAsync("/");
        await rows.GetByRole(AriaRole.Link, new() { Name = "execution", Exact = true }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/\?tactic=execution$"));
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator("select[name=tactic]")).ToHaveValueAsync("execution");
        await visit.Page.Locator("select[name=tactic]").SelectOptionAsync("persistence");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(visit.Page.Locator(".empty")).ToContainTextAsync("No alert is like that");

        await visit.Page.GotoAsync("/");
        await rows.Locator("a.badge").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"\?level=high$"));
        await rows.GetByRole(AriaRole.Link, new() { Name = "open", Exact = true }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"status=open"));
        await rows.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^opened ") }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"since=\d{4}-\d\d-\d\dT\d\d(:|%3A)00(:|%3A)00Z&until="));
        await Expect(rows).ToHaveCountAsync(1);

        // What a field says without a zone is UTC, and what is kept as a view or sent on says so.
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByLabel("Opened before, in UTC").FillAsync("2020-01-01T00:00");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(visit.Page.Locator(".empty")).ToContainTextAsync("No alert is like that");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Without until 2020-01-01T00:00:00Z" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Opened before, in UTC")).ToHaveValueAsync(new Regex("^2020-01-01T00:00"));
        visit.NothingWentWrong();
    }
}
