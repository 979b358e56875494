using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What is known of an object, from wherever it is named; without a script.</summary>
public class ObjectTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Object_FromAlertIncidentAndGraph_TellsWhoTouchedIt()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec("mallory", "shell"));
        await service.PostAsync(PageEvent.Exec("trudy", "shell"));
        await service.PostAsync(PageEvent.Exec("trudy", "other"));
        (await service.Http.PostAsync("/webhook/staging", new StringContent(PageEvent.Exec("eve", "shell")))).EnsureSuccessStatusCode();
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, 360, isDark: true, hasScript: false);
        var alert = await AlertAsync(service, "detection=exec_into_pod&actor=mallory&object=payments/pods/shell");

        await visit.Page.GotoAsync($"/alerts/{alert.GetProperty("id").GetString()}");
        await visit.Page.Locator("section[aria-labelledby=facts]").GetByRole(AriaRole.Link, new() { Name = "payments/pods/shell" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/objects\?name=payments%2Fpods%2Fshell&cluster=production$"));
        var timeline = visit.Page.Locator("section[aria-labelledby=timeline]");
        await Expect(timeline.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(timeline.Locator("tbody tr", new() { HasText = "trudy" })).ToContainTextAsync("create exec");
        await Expect(timeline.Locator("svg a.mark")).ToHaveCountAsync(await visit.Page.Locator("section[aria-labelledby=alerts] li").CountAsync());
        await Expect(visit.Page.Locator("section[aria-labelledby=requests] tbody tr").First).ToContainTextAsync("payments/pods/shell/exec");
        await Expect(visit.Page.GetByText("eve")).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByText("payments/pods/other")).ToHaveCountAsync(0);

        // To the incident and from there back again: by what ties its alerts, and by the picture.
        await visit.Page.Locator("section[aria-labelledby=incidents] a").First.ClickAsync();
        var incident = visit.Page.Url;
        foreach (var place in new[] { "section[aria-labelledby=shared] a[href*='objects?']", "svg.entities a[href*='objects?']" })
        {
            await visit.Page.GotoAsync(incident);
            await visit.Page.Locator(place).First.ClickAsync();
            await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("payments/pods/shell");
        }

        // And to who did it, and to all of them in the queue.
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "All of them in the queue" }).ClickAsync();
        await Expect(visit.Page.Locator("li.alert", new() { HasText = "exec_into_pod" })).ToHaveCountAsync(2);
        await visit.Page.GoBackAsync();
        await timeline.GetByRole(AriaRole.Link, new() { Name = "trudy", Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("trudy");
        visit.NothingWentWrong();
    }

    private static async Task<JsonElement> AlertAsync(Service service, string query) =>
        Assert.Single(JsonDocument.Parse(await service.Http.GetStringAsync($"/api/v1/alerts?{query}")).RootElement.GetProperty("alerts").EnumerateArray().ToList());
}
