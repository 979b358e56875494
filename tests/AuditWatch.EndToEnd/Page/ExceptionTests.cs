using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>A filter for an alert that was none, from the page to the command that tests it, whatever attackers wrote into the event.</summary>
public class ExceptionTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserTheory]
    [InlineData("jane", "shell", 360, true)]
    [InlineData(PageEvent.Hostile, PageEvent.Hostile, 1440, false)]
    public async Task Exception_Downloaded_PassesItsTestAndHidesTheAlertAlone(string actor, string pod, int width, bool isDark)
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(PageEvent.Exec(actor, pod));
        await service.PostAsync(PageEvent.Exec("mallory", pod));
        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, width, isDark: isDark);
        await visit.Page.GotoAsync($"/?detection=exec_into_pod&actor={Uri.EscapeDataString(actor)}");
        await visit.Page.Locator("li.alert a.title").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "False positive? An exception for this" }).ClickAsync();

        await Expect(visit.Page.Locator("section[aria-labelledby=effect]")).ToContainTextAsync("It would have removed 1 of the 2 alerts of this detection");
        await visit.EverybodyCanReadItAsync();
        foreach (var link in await visit.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Download ") }).AllAsync())
        {
            var download = await visit.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            await download.SaveAsAsync(folder[$"rules/{download.SuggestedFilename}"]);
        }

        var files = Directory.GetFiles(folder["rules"], "exception_exec_into_pod_*").Order().ToList();
        Assert.Equal(2, files.Count);
        var check = await Cli.RunAsync("detections", "check", "builtin", folder["rules"]);
        Assert.True(check.ExitCode == 0, check.Out + check.Error);
        var test = await Cli.RunAsync("detections", "test", "builtin", folder["rules"]);
        Assert.True(test.ExitCode == 0, test.Out + test.Error);

        // With it the same event raises nothing, and somebody else's does.
        var log = folder.Write("audit.log", $"{PageEvent.Exec(actor, pod)}\n{PageEvent.Exec("mallory", pod)}\n");
        await using var narrowed = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", $"detections: [builtin, {folder["rules"]}]\n"), "--state", folder["other"]);
        await narrowed.PostAsync(await File.ReadAllTextAsync(log));
        await narrowed.UntilAsync("an alert", async () => (await narrowed.Http.GetStringAsync("/api/v1/alerts?detection=exec_into_pod")).Contains("mallory", StringComparison.Ordinal));
        var actors = System.Text.Json.JsonDocument.Parse(await narrowed.Http.GetStringAsync("/api/v1/alerts?detection=exec_into_pod")).RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("actor").GetString());
        Assert.Equal(["mallory"], actors);
        visit.NothingWentWrong();
    }
}
