using System.Net;
using System.Text.RegularExpressions;
using AuditWatch.Alerts;
using AuditWatch.Notifications.Email;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web;
using AuditWatch.Web.Reports;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Web.Reports;

/// <summary>What a mail tells of an alert a report tells as well, and nothing that is in either runs.</summary>
public class MailAndReportTests
{
    private static readonly string[] Harmless =
        ["a", "article", "b", "body", "br", "code", "dd", "details", "div", "dl", "dt", "h2", "h3", "head", "header", "html", "li", "meta", "ol", "p", "section", "span", "style", "summary", "table", "tbody", "td", "th", "thead", "time", "tr", "ul"];

    public static TheoryData<string> Texts => [.. SampleAlert.HostileTexts, "jane@example.com"];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task MailAndReport_OfAnAlert_TellTheSame(string text)
    {
        var alert = SampleAlert.Saying(text);
        var message = Message.From(SampleAlert.Notify(alert));
        var main = message.Main!;

        var (mail, report) = (EmailHtml.Of(message), await ReportAsync(alert));

        Assert.All([main.Title, main.Summary, .. main.Facts.Select(fact => fact.Name), .. main.Facts.Select(fact => fact.Value), .. main.Why, main.Detection, main.Id, .. main.Techniques.Select(one => one.Id)], told =>
        {
            Assert.Contains(Plain(told), Read(mail), StringComparison.Ordinal);
            Assert.Contains(Plain(told), Read(report), StringComparison.Ordinal);
        });
        Assert.All([mail, report], html => Assert.Empty(Regex.Matches(html, "<([a-zA-Z][a-zA-Z0-9]*)").Select(tag => tag.Groups[1].Value).Except(Harmless)));
        Assert.All([mail, report], html => Assert.DoesNotMatch("(?i)<[^>]* on[a-z]+=", Regex.Replace(html, "\"[^\"]*\"", "\"\"")));
    }

    private static async Task<string> ReportAsync(Alert alert)
    {
        var context = new PageContext("", "", "", "", alert.LastSeen) { MayAct = false, IsReport = true };
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<ReportedAlert>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(ReportedAlert.Context)] = context,
            [nameof(ReportedAlert.Alert)] = alert,
            [nameof(ReportedAlert.History)] = Array.Empty<AlertEvent>(),
        }))).ToHtmlString());
    }

    // What a person reads.
    private static string Read(string html) => Plain(WebUtility.HtmlDecode(Regex.Replace(html, "<[^>]*>", " ")));

    private static string Plain(string text) => Regex.Replace(text, @"\s+", " ").Trim();
}
