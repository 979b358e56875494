using System.Net.Http.Json;
using System.Text.Json;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What an incident tells of those of the past that are like it.</summary>
public class SimilarTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Incident_LikeOneOfThePast_TellsWhyAndHowThatEnded()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        var past = await LargestAsync(service, "production");
        using var closed = await service.Http.PostAsJsonAsync($"/api/v1/incidents/{past}/close", new { by = "ann", reason = "benign", text = $"the drill {PageEvent.Hostile}" });
        Assert.True(closed.IsSuccessStatusCode, await closed.Content.ReadAsStringAsync());
        using var posted = await service.Http.PostAsync("/webhook/staging", new StringContent(string.Join('\n', Sample.Lines)));
        Assert.True(posted.IsSuccessStatusCode);
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, 360, isDark: true);

        await visit.Page.GotoAsync($"/incidents/{await LargestAsync(service, "staging")}");

        var similar = visit.Page.Locator("section[aria-labelledby=similar]");
        var one = similar.Locator("li", new() { Has = visit.Page.Locator($"a[href*='{past}']") });
        await Expect(one).ToContainTextAsync("closed by ann: benign: the drill <script>");
        await Expect(one).ToContainTextAsync("same detections: ");
        await Expect(one).Not.ToContainTextAsync("same actor");
        await visit.EverybodyCanReadItAsync();
        await one.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(visit.Page.Locator(".head .state")).ToContainTextAsync("closed by ann");
        visit.NothingWentWrong();
    }

    private static async Task<string> LargestAsync(Service service, string cluster)
    {
        using var incidents = JsonDocument.Parse(await service.Http.GetStringAsync("/api/v1/incidents"));
        return incidents.RootElement.EnumerateArray().Where(incident => incident.GetProperty("cluster").GetString() == cluster).MaxBy(incident => incident.GetProperty("alertCount").GetInt32()).GetProperty("id").GetString()!;
    }
}
