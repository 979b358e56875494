using System.Text.Json;
using AuditWatch.EndToEnd.Api;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What holds for every page, whatever attackers wrote into the events: everybody can read it, on any screen, and nothing of it runs.</summary>
public class EveryPageTests(Browser browser, ServiceWithSample sample) : IClassFixture<Browser>, IClassFixture<ServiceWithSample>
{
    public static TheoryData<int, bool> Screens => LongForm.IsTaken
        ? new() { { 360, false }, { 360, true }, { 768, false }, { 768, true }, { 1440, false }, { 1440, true } }
        : new() { { 360, true }, { 1440, false } };

    [BrowserTheory]
    [MemberData(nameof(Screens))]
    public async Task EveryPage_HostileTextOnAnyScreen_IsReadableByAllAndRunsNothing(int width, bool isDark)
    {
        await sample.Service.PostAsync($"{PageEvent.Exec(PageEvent.Hostile, PageEvent.Hostile)}\n{PageEvent.Patch(PageEvent.Hostile, PageEvent.Hostile, PageEvent.HostilePatch)}");
        await using var visit = await browser.VisitAsync(sample.Service.Http.BaseAddress!, width, isDark: isDark);
        foreach (var address in await AddressesAsync())
        {
            await visit.Page.GotoAsync(address);
            await Expect(visit.Page.Locator("main")).ToBeVisibleAsync();
            await visit.EverybodyCanReadItAsync();
            Assert.Equal(0, await visit.Page.Locator("main script, main img[src=x]").CountAsync());
            Assert.Equal(0, await visit.Page.GetByText("\u202E").CountAsync());
        }

        visit.NothingWentWrong();
    }

    private async Task<IReadOnlyList<string>> AddressesAsync()
    {
        var actor = Uri.EscapeDataString(PageEvent.Hostile);
        var alert = await AlertAsync("exec_into_pod");
        using var incidents = JsonDocument.Parse(await sample.Service.Http.GetStringAsync("/api/v1/incidents"));
        return
        [
            .. incidents.RootElement.EnumerateArray().Select(incident => $"/incidents/{incident.GetProperty("id").GetString()}").Take(3),
            $"/incidents/{incidents.RootElement[0].GetProperty("id").GetString()}?since={actor}",
            "/", "/?status=open,acknowledged,closed&sort=time", "/?level=nonsense", $"/alerts/all?actor={actor}", "/alerts/all", "/handover", $"/alerts/{alert}", $"/alerts/{await AlertAsync("privileged_pod_created")}", $"/actors?name={actor}", $"/objects?name={Uri.EscapeDataString($"payments/pods/{PageEvent.Hostile}")}", "/objects?name=nothing&cluster=", $"/?object={actor}", "/detections", "/detections/exec_into_pod", "/sources", "/delivery", "/actions", $"/actions?who={actor}",
            $"/silences?matchers={Uri.EscapeDataString("detection=exec_into_pod")}", "/alerts/00000000",
        ];

        async Task<string?> AlertAsync(string detection)
        {
            using var found = JsonDocument.Parse(await sample.Service.Http.GetStringAsync($"/api/v1/alerts?detection={detection}&actor={actor}"));
            return found.RootElement.GetProperty("alerts")[0].GetProperty("id").GetString();
        }
    }
}
