using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>The timeline of an incident: each alert can be reached, however close they are, and every time has an address.</summary>
public class TimelineTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserTheory]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    public async Task Timeline_WithoutScript_LeadsToEachAlertAndToEachTime(int width, bool isDark)
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, width, isDark: isDark, hasScript: false);
        var alerts = await OpenAsync(service, visit);

        // One that lies on another would take its clicks.
        var marks = visit.Page.Locator(".timeline a.mark");
        var reached = new HashSet<string>();
        for (var number = 0; number < await marks.CountAsync(); number++)
        {
            await marks.Nth(number).ClickAsync(new() { Trial = true });
            reached.Add((await marks.Nth(number).GetAttributeAsync("href"))!);
        }

        Assert.Equal(await marks.CountAsync(), reached.Count);

        // Closer, by the part of the time in which the first mark is; what is listed is what is shown.
        await visit.Page.Locator(".timeline a.part").First.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"\?since=[0-9T:-]+Z&until=[0-9T:-]+Z#timeline$"));
        var listed = await visit.Page.Locator("#story li").CountAsync();
        Assert.InRange(listed, 1, alerts - 1);
        await Expect(visit.Page.Locator("section[aria-labelledby=timeline]")).ToContainTextAsync($"of {alerts} in that time");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Later" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Earlier" }).ClickAsync();
        await Expect(visit.Page.Locator("#story li")).ToHaveCountAsync(listed);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "All of it" }).ClickAsync();
        await Expect(visit.Page.Locator("#story li")).ToHaveCountAsync(alerts);

        await visit.Page.GotoAsync($"{new Uri(visit.Page.Url).AbsolutePath}?since=%3Cscript%3E&until=1");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'since' is a time such as");
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Timeline_ManyAtOneMoment_AreCountedAndListed()
    {
        const int many = 12;
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Enumerable.Range(0, many).Select(number => PageEvent.Exec("mallory", $"pod-{number}"))));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, hasScript: false);
        await visit.Page.GotoAsync("/objects?name=payments/pods/pod-0");
        await visit.Page.Locator("section[aria-labelledby=incidents] a").First.ClickAsync();

        var several = visit.Page.Locator(".timeline a.mark:has(text.count)");
        var counted = int.Parse(await several.First.Locator("text").TextContentAsync() ?? "", System.Globalization.CultureInfo.InvariantCulture);
        await several.First.ClickAsync();

        Assert.InRange(counted, 2, many + 1);
        Assert.InRange(await visit.Page.Locator("#story li").CountAsync(), counted, int.MaxValue);
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Timeline_Keys_GoCloserWiderAndFromAlertToAlert()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!);
        var alerts = await OpenAsync(service, visit);

        await visit.Page.Keyboard.PressAsync("+");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("since="));
        await visit.EverybodyCanReadItAsync();
        await visit.Page.Keyboard.PressAsync("[");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Later" })).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("0");
        await Expect(visit.Page.Locator("#story li")).ToHaveCountAsync(alerts);
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator("#story li:nth-child(2) a")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/alerts/[0-9a-f]{16}$"));
        visit.NothingWentWrong();
    }

    // The incident with the most alerts.
    private static async Task<int> OpenAsync(Service service, Visit visit)
    {
        using var incidents = JsonDocument.Parse(await service.Http.GetStringAsync("/api/v1/incidents"));
        var largest = incidents.RootElement.EnumerateArray().MaxBy(incident => incident.GetProperty("alertCount").GetInt32());
        await visit.Page.GotoAsync($"/incidents/{largest.GetProperty("id").GetString()}");
        return largest.GetProperty("alertCount").GetInt32();
    }
}
