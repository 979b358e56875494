using System.Net;
using System.Text;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>What a page that somebody on the machine looks at can post to a webhook without authentication.</summary>
public sealed class WebPageTests
{
    private const string Event = """{"kind":"Event","auditID":"1","stage":"ResponseComplete","verb":"get","user":{"username":"jane"}}""";

    [Theory]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.Forbidden)]
    [InlineData("Host", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "[::1]:9880", HttpStatusCode.OK)]
    [InlineData("User-Agent", "kube-apiserver", HttpStatusCode.OK)]
    public async Task Post_AsBrowsersDo_IsRefused(string header, string value, HttpStatusCode expected)
    {
        await using var server = await WebhookServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(Event, Encoding.UTF8, "text/plain") };
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, server.Events.Count);
    }
}
