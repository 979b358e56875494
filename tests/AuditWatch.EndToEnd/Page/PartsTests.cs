using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Incidents that are split and merged, who did what in them as a picture, and views that somebody keeps; without a script.</summary>
public class PartsTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserTheory]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    public async Task Incident_SplitAndMerged_IsTwoAndOneAgain(int width, bool isDark)
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, width, isDark: isDark);
        await visit.Page.GotoAsync("/");
        await visit.Page.Locator("section[aria-labelledby=stories] a").First.ClickAsync();
        await Expect(visit.Page.Locator("svg.entities g.deed").First).ToBeVisibleAsync();
        await visit.Page.GetByText("Split or merge").ClickAsync();
        await visit.EverybodyCanReadItAsync();

        var lines = visit.Page.Locator("section[aria-labelledby=timeline] ol.lines li");
        var before = await lines.CountAsync();
        var known = await OthersAsync(visit);
        await visit.Page.Locator("fieldset input").First.CheckAsync();
        await visit.Page.GetByLabel("Your name").FillAsync("jane");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Split off" }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(before - 1);
        await Expect(visit.Page.Locator("section[aria-labelledby=activity]")).ToContainTextAsync("by jane");

        await visit.Page.GetByText("Split or merge").ClickAsync();
        await visit.Page.GetByLabel("This is also the story").SelectOptionAsync(Assert.Single((await OthersAsync(visit)).Except(known)));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Merge" }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(before);
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task View_Kept_IsThereLaterUnderItsName()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "one"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, 360, isDark: true, hasScript: false);
        await visit.Page.GotoAsync("/?detection=exec_into_pod&sort=time");
        await visit.Page.GetByLabel("Keep this view as").FillAsync("<b>shells</b>");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "<b>shells</b>" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/\?detection=exec_into_pod&sort=time$"));
        await Expect(visit.Page.Locator("li.alert")).ToHaveCountAsync(1);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Forget the view" }).ClickAsync();
        await visit.Page.GotoAsync("/");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "<b>shells</b>" })).ToHaveCountAsync(0);
        visit.NothingWentWrong();
    }

    private static Task<string[]> OthersAsync(Visit visit) => visit.Page.Locator("details select option").EvaluateAllAsync<string[]>("options => options.map(option => option.value)");
}
