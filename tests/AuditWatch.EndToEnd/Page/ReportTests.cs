using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Reports: a file that somebody opens years later, somewhere else, whatever attackers wrote into the events.</summary>
public sealed class ReportTests(Browser browser, ServiceWithSample sample) : IClassFixture<Browser>, IClassFixture<ServiceWithSample>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserTheory]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    public async Task Report_OfATime_IsReadableByAllLoadsNothingAndPrints(int width, bool isDark)
    {
        await sample.Service.PostAsync(PageEvent.Exec(PageEvent.Hostile, PageEvent.Hostile));
        var file = _folder["report.html"];
        var written = await Cli.RunAsync("report", "--since", "3650d", "-o", file, "--url", $"unix:{sample.State}");
        Assert.Equal((0, ""), (written.ExitCode, written.Error));
        await using var visit = await browser.VisitAsync(sample.Service.Http.BaseAddress!, width, isDark: isDark);
        var requests = new List<string>();
        visit.Page.Request += (_, request) => requests.Add(request.Url);

        await visit.Page.GotoAsync(new Uri(file).AbsoluteUri);

        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Alerts and incidents");
        await visit.EverybodyCanReadItAsync();
        Assert.Equal("8px", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.card')).borderTopLeftRadius"));
        Assert.Equal(0, await visit.Page.Locator("script, img, link, iframe, form, main [style]").CountAsync());
        Assert.Equal(0, await visit.Page.GetByText("\u202E").CountAsync());
        Assert.Equal([new Uri(file).AbsoluteUri], requests);

        // Every link leads to something in it.
        foreach (var address in await visit.Page.Locator("a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))"))
        {
            Assert.StartsWith("#", address, StringComparison.Ordinal);
            Assert.Equal(1, await visit.Page.Locator($"[id='{address[1..]}']").CountAsync());
        }

        var pdf = Encoding.Latin1.GetString(await visit.Page.PdfAsync(new() { Format = "A4" }));
        Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
        Assert.InRange(Regex.Count(pdf, @"/Type\s*/Page\b"), 2, 200);
        visit.NothingWentWrong();
    }

    [BrowserFact]
    public async Task Report_OfAnIncident_IsALinkOnItsPageAndTheSameByCommand()
    {
        using var incidents = JsonDocument.Parse(await sample.Service.Http.GetStringAsync("/api/v1/incidents"));
        var incident = incidents.RootElement[0];
        var id = incident.GetProperty("id").GetString()!;
        await using var visit = await browser.VisitAsync(sample.Service.Http.BaseAddress!);
        await visit.Page.GotoAsync($"/incidents/{id}");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "Report: one file to keep, print or send" }).ClickAsync());

        Assert.Equal($"incident-{id}.html", download.SuggestedFilename);
        await download.SaveAsAsync(_folder["page.html"]);
        var command = await Cli.RunAsync("report", "--incident", id[..12], "--url", sample.Url);
        Assert.Equal(0, command.ExitCode);
        Assert.Equal(WithoutTime(await File.ReadAllTextAsync(_folder["page.html"])).TrimEnd(), WithoutTime(command.Out).TrimEnd());
        foreach (var alert in JsonDocument.Parse(await sample.Service.Http.GetStringAsync($"/api/v1/incidents/{id}/alerts")).RootElement.EnumerateArray())
        {
            Assert.Contains($"<article id=\"alert-{alert.GetProperty("id").GetString()}\">", command.Out, StringComparison.Ordinal);
        }

        var title = incident.GetProperty("title").GetString()!;
        Assert.Contains(title[..Math.Min(14, title.Length)], WebUtility.HtmlDecode(command.Out), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", command.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--incident' or '--since'", 2)]
    [InlineData("'--incident' or '--since'", 2, "--incident", "00", "--since", "1h")]
    [InlineData("'--incident' or '--since'", 2, "--incident", "00", "--until", "1h")]
    [InlineData("--since: 'yesterday' is not a time", 2, "--since", "yesterday")]
    [InlineData("the earlier one first", 2, "--since", "1h", "--until", "2h")]
    [InlineData("there is no incident 'zz'", 1, "--incident", "zz")]
    [InlineData("the report cannot be written", 2, "--since", "1h", "-o", "/")]
    public async Task Report_OfWhatCannotBe_SaysWhy(string message, int exitCode, params string[] arguments)
    {
        var answer = await Cli.RunAsync(["report", .. arguments, "--url", sample.Url]);

        Assert.Equal(exitCode, answer.ExitCode);
        Assert.Contains(message, answer.Error, StringComparison.Ordinal);
        Assert.Empty(answer.Out);
    }

    private static string WithoutTime(string report) => Regex.Replace(report, "as known at .*? All times", "", RegexOptions.Singleline);
}
