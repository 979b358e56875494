using System.Net;
using AuditWatch.EndToEnd.Api;

namespace AuditWatch.EndToEnd.Page;

/// <summary>Who may use the page, whatever the browser.</summary>
public sealed class PageAccessTests(ServiceWithSample sample) : IClassFixture<ServiceWithSample>
{
    [Fact]
    public async Task Get_AsLocalhost_HasStrictHeaders()
    {
        using var answer = await sample.Service.Http.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("samesite=lax; httponly", cookie, StringComparison.Ordinal));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" on", System.Text.RegularExpressions.Regex.Replace(page, "<title>[^<]*</title>|>[^<]*<|\"[^\"]*\"", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alerts/00")]
    [InlineData("/detections")]
    [InlineData("/live")]
    public async Task Get_UnderAnotherName_IsRefused(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Host = "rebound.example" } };
        using var answer = await sample.Service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Accept", "text/html")]
    public async Task Post_WithoutTokenOrFromElsewhere_IsRefused(string header, string value)
    {
        foreach (var address in new[] { "/alerts/all/acknowledge", "/alerts/all/close", "/silences/add", "/dead-letters/all/resend" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent([new("by", "mallory"), new("id", "0000000000000000"), new("reason", "benign")]) };
            request.Headers.Add(header, value);
            using var answer = await sample.Service.Http.SendAsync(request);

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }
}
