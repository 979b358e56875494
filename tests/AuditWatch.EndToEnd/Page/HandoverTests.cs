using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What a shift leaves to the next, and the icon of the tab, in a real browser.</summary>
public class HandoverTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Handover_OfWhatIsOpen_IsATextThatCanBeCopied()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "shell"));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.Page.GotoAsync("/");
        await Expect(visit.Page.Locator(".summary")).ToContainTextAsync("0 taken; in the last 8 h");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Handover to copy" }).ClickAsync();
        await Expect(visit.Page.Locator("pre")).ToContainTextAsync("Nobody has ");
        await Expect(visit.Page.Locator("pre")).ToContainTextAsync("mallory");
        await visit.EverybodyCanReadItAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal(await visit.Page.Locator("pre").TextContentAsync(), (await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ReplaceLineEndings("\n"));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "24 hours" }).ClickAsync();
        await Expect(visit.Page.Locator("pre")).ToContainTextAsync("of the last 24 hours");
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Icon_WorstOpenLevel_IsMarkedAndRisesWithWhatComes()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        var icon = visit.Page.Locator("link[rel=icon]");
        await visit.Page.GotoAsync("/");
        await Expect(icon).ToHaveAttributeAsync("href", new Regex("-plain.svg$"));

        await service.PostAsync(PageEvent.Exec("mallory", "shell"));
        await Expect(visit.Page).ToHaveTitleAsync(new Regex(@"^\(\d+\) "));
        await Expect(icon).ToHaveAttributeAsync("href", new Regex("-high.svg$"));
        await visit.Page.GotoAsync("/?level=high");
        await Expect(icon).ToHaveAttributeAsync("href", new Regex("-high.svg$"));
        await Expect(visit.Page).ToHaveTitleAsync(new Regex(@"^\d+ open"));
        using var answer = await service.Http.GetAsync((await icon.GetAttributeAsync("href"))![2..]);
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<circle", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        foreach (var one in await visit.Page.Locator("li.alert").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.alert)"))
        {
            await Cli.RunAsync("alerts", "acknowledge", one, "--by", "jane", "--url", service.Http.BaseAddress!.AbsoluteUri);
        }

        await visit.Page.ReloadAsync();
        await Expect(icon).Not.ToHaveAttributeAsync("href", new Regex("-(high|critical).svg$"));
        visit.NothingWentWrong();
    }
}
