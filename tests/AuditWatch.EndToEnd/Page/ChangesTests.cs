using System.Text.Json;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>What a request asks to change stands wherever the request does, before a restart and after it; without a script.</summary>
public class ChangesTests(Browser browser) : IClassFixture<Browser>
{
    private const string HostPid = "set spec.template.spec.hostPID: true";

    [BrowserTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Changes_OfAPatchedDeployment_AreOnEverySurfaceAlsoAfterARestart(string database)
    {
        using var folder = new TemporaryFolder();
        var postgres = "";
        if (database == "postgres")
        {
            folder.Write("connection", PostgresServer.Shared().NewSchema());
            postgres = ", postgres: {connectionStringFile: connection}";
        }

        var config = folder.Write("auditwatch.yaml", $$"""
            state: {directory: state{{postgres}}}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive, groupWait: 0s}
            """);
        await using (var service = await Service.StartAsync("--config", config))
        {
            await service.PostAsync(PageEvent.Patch("mallory", "web", new
            {
                metadata = new { labels = new Dictionary<string, string?> { ["owner"] = null } },
                spec = new { template = new { spec = new { hostPID = true, containers = new[] { new { name = "app", env = new[] { new { name = "DB", value = "hunter2-canary" } } } } } } },
            }));
            await ShownEverywhereAsync(service, config, folder);
            await service.UntilAsync("it to be told", () => Task.FromResult(File.Exists(folder["told.jsonl"]) && File.ReadAllText(folder["told.jsonl"]).Contains($"\"{HostPid}\"", StringComparison.Ordinal)));
            Assert.Equal(0, await service.StopAsync());
        }

        await using var restarted = await Service.StartAsync("--config", config);
        await ShownEverywhereAsync(restarted, config, folder);
    }

    private async Task ShownEverywhereAsync(Service service, string config, TemporaryFolder folder)
    {
        using var found = JsonDocument.Parse(await service.Http.GetStringAsync("/api/v1/alerts?detection=privileged_pod_created&actor=mallory"));
        var listed = Assert.Single(found.RootElement.GetProperty("alerts").EnumerateArray().ToList());
        var (id, incident) = (listed.GetProperty("id").GetString()!, listed.GetProperty("incident").GetProperty("id").GetString()!);
        using var alert = JsonDocument.Parse(await service.Http.GetStringAsync($"/api/v1/alerts/{id}"));
        Assert.Equal(
            [HostPid, "set spec.template.spec.containers[app].env[DB].value: <redacted>", "removed metadata.labels.owner"],
            alert.RootElement.GetProperty("requests")[0].GetProperty("changes").EnumerateArray().Select(line => line.GetString()));

        var shown = await Cli.RunAsync("alerts", "show", id, "--config", config);
        Assert.Contains(HostPid, string.Join(' ', shown.Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        var written = await Cli.RunAsync("report", "--incident", incident, "-o", folder["report.html"], "--config", config);
        Assert.Equal((0, ""), (written.ExitCode, written.Error));
        Assert.Contains(HostPid, await File.ReadAllTextAsync(folder["report.html"]), StringComparison.Ordinal);

        await using var visit = await browser.VisitAsync(service.Http.BaseAddress!, 360, isDark: true, hasScript: false);
        foreach (var address in new[] { $"/alerts/{id}", $"/incidents/{incident}" })
        {
            await visit.Page.GotoAsync(address);
            var changes = visit.Page.Locator("section[aria-labelledby=requests] .changes").First;
            await Expect(changes.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(
                ["+" + HostPid, "+set spec.template.spec.containers[app].env[DB].value: <redacted>", "\u2212removed metadata.labels.owner"]);
            await Expect(changes.GetByText(HostPid)).ToBeVisibleAsync();
        }

        visit.NothingWentWrong();
    }
}
