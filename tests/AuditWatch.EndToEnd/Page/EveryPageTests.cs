using System.Text.Json;
using AuditWatch.EndToEnd.Api;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What holds for every page, whatever attackers wrote into the events: everybody can read it, on any screen, and nothing of it runs.</summary>
public class EveryPageTests(Browser browser, ServiceWithSample sample) : IClassFixture<Browser>, IClassFixture<ServiceWithSample>
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };

    public static TheoryData<int, bool> Screens => new() { { 360, false }, { 360, true }, { 768, false }, { 768, true }, { 1440, false }, { 1440, true } };

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public async Task EveryPage_HostileTextOnAnyScreen_IsReadableByAllAndRunsNothing(int width, bool isDark)
    {
        await sample.Service.PostAsync(PageEvent.Exec(PageEvent.Hostile, PageEvent.Hostile));
        await using var visit = await browser.VisitAsync(sample.Service.Http.BaseAddress!, width, isDark: isDark);
        foreach (var address in await AddressesAsync())
        {
            await visit.Page.GotoAsync(address);
            await Expect(visit.Page.Locator("main")).ToBeVisibleAsync();
            var result = await visit.Page.RunAxe(Rules);
            Assert.True(result.Violations.Length == 0, $"{address}: {string.Join('\n', result.Violations.Select(one => $"{one.Id}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}"))}");
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{address} is wider than the screen");
            Assert.Equal(0, await visit.Page.Locator("main script, main img[src=x]").CountAsync());
            Assert.Equal(0, await visit.Page.GetByText("\u202E").CountAsync());
        }

        visit.NothingWentWrong();
    }

    private async Task<IReadOnlyList<string>> AddressesAsync()
    {
        var actor = Uri.EscapeDataString(PageEvent.Hostile);
        using var found = JsonDocument.Parse(await sample.Service.Http.GetStringAsync($"/api/v1/alerts?detection=exec_into_pod&actor={actor}"));
        var alert = found.RootElement.GetProperty("alerts")[0].GetProperty("id").GetString();
        using var incidents = JsonDocument.Parse(await sample.Service.Http.GetStringAsync("/api/v1/incidents"));
        return
        [
            .. incidents.RootElement.EnumerateArray().Select(incident => $"/incidents/{incident.GetProperty("id").GetString()}").Take(3),
            "/", "/?status=open,acknowledged,closed&sort=time", "/?level=nonsense", $"/alerts/{alert}", $"/actors?name={actor}", "/detections", "/detections/exec_into_pod", "/sources", "/delivery", "/actions", $"/actions?who={actor}",
            $"/silences?matchers={Uri.EscapeDataString("detection=exec_into_pod")}", "/alerts/00000000",
        ];
    }
}
