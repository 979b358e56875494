using System.Net;
using System.Text;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>A page that somebody on the machine looks at posts to a service as it is by default: it is refused, and nothing of it is counted.</summary>
public sealed class PagePostTests
{
    [Fact]
    public async Task Post_FromAPage_IsRefusedAndNoneOfItsEventsCounted()
    {
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", $"{Rules.ExecAlone}\n"));
        (string Type, string Header, string Value)[] posts =
        [
            ("application/json", "Origin", "https://evil.example"),
            ("text/plain", "Origin", "null"),
            ("text/plain", "Sec-Fetch-Site", "cross-site"),
            ("application/json", "Host", "rebound.example"),
            ("text/plain", "Host", $"rebound.example:{service.Http.BaseAddress!.Port}"),
        ];

        foreach (var post in posts)
        {
            Assert.Equal((post, HttpStatusCode.Forbidden), (post, await PostAsync(service, post.Type, post.Header, post.Value)));
        }

        Assert.Equal((posts.Length, 0), (await service.RequestsAsync("403"), await service.MetricAsync("auditwatch_events_total") ?? 0));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(service, "text/plain", "Host", "localhost"));
        Assert.Equal(1, await service.MetricAsync("auditwatch_events_total"));
    }

    private static async Task<HttpStatusCode> PostAsync(Service service, string type, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(ExecEvent.By("mallory", "1"), Encoding.UTF8, type) };
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await service.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
