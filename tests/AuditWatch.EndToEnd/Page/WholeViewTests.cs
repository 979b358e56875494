using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>All that a view of the queue matches is dealt with at once, beyond what is ticked; without a script.</summary>
public class WholeViewTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task WholeView_AlertThatComesMeanwhile_IsNotTouched()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "one"));
        await service.PostAsync(PageEvent.Exec("trudy", "two"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, 360, isDark: true, hasScript: false);
        await visit.Page.GotoAsync("/?detection=exec_into_pod");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Deal with all that this view matches" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("2 alerts");
        await Expect(visit.Page.Locator("main")).ToContainTextAsync("2 are open, 0 acknowledged and 0 closed");

        await service.PostAsync(PageEvent.Exec("eve", "three"));
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByLabel("In your words").FillAsync("a drill");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Note on 2" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/\?detection=exec_into_pod$"));
        await visit.Page.GotoAsync("/alerts/all?detection=exec_into_pod&actor=trudy");
        await visit.Page.GetByLabel("Give it to").FillAsync("max");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Assign 1" }).ClickAsync();
        await Expect(visit.Page.Locator("li.alert .state")).ToContainTextAsync("acknowledged by max");

        await visit.Page.GotoAsync("/alerts/all?detection=exec_into_pod");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge 2" })).ToBeEnabledAsync();
        await service.PostAsync(PageEvent.Exec("oscar", "four"));
        await visit.Page.GetByLabel("Because it is").SelectOptionAsync("benign");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Close 3" }).ClickAsync();

        await Expect(visit.Page.Locator("li.alert")).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator("li.alert")).ToContainTextAsync("oscar");
        await visit.Page.GotoAsync("/?status=closed&actor=mallory");
        await visit.Page.Locator("li.alert a.title").First.ClickAsync();
        await Expect(visit.Page.Locator(".activity")).ToContainTextAsync("jane: a drill");
        await visit.Page.GotoAsync("/actions?who=jane");
        await Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("3 alerts of the view ?detection=exec_into_pod");
        visit.NothingWentWrong();
    }
}
