using System.Net;
using System.Text;
using System.Text.Json;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Events.Envelopes;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>What clouds expect of an endpoint besides that it takes what they send.</summary>
public sealed class CloudDeliveryTests : IDisposable
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();
    private readonly string _tokens;

    public CloudDeliveryTests() => _tokens = _folder.Write("tokens", Token);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Data Firehose")]
    [InlineData("CloudWatch by Data Firehose")]
    public async Task Post_DataFirehose_IsAnsweredAsItReads(string shape)
    {
        await using var server = await StartAsync();
        using var request = Firehose(Envelope.All[shape](A), Token);

        using var answer = await server.Http.SendAsync(request);

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("ed4acda5", json.RootElement.GetProperty("requestId").GetString());
        Assert.True(json.RootElement.GetProperty("timestamp").TryGetInt64(out _));
        Assert.False(json.RootElement.TryGetProperty("errorMessage", out _));
        Assert.Equal([A], server.Events);
        Assert.Equal(["shop"], server.Clusters);
    }

    [Theory]
    [InlineData("wrong", A, HttpStatusCode.Unauthorized)]
    [InlineData(Token, """{"requestId":"x","timestamp":1,"records":[{"data":"cnViYmlzaA=="}]}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Post_DataFirehoseThatIsRefused_GetsTheFormOfItsErrors(string token, string body, HttpStatusCode status)
    {
        await using var server = await StartAsync();
        using var request = Firehose(body, token);

        using var answer = await server.Http.SendAsync(request);

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("ed4acda5", json.RootElement.GetProperty("requestId").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("errorMessage").GetString()!);
    }

    [Fact]
    public async Task Post_SubscriptionOfEventGrid_IsValidated()
    {
        await using var server = await WebhookServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/shop")
        {
            Content = new StringContent("""[{"id":"1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"512d38b6","validationUrl":"https://x"} }]"""),
        };
        request.Headers.Add("aeg-event-type", "SubscriptionValidation");

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, """{"validationResponse":"512d38b6"}"""), (answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Trim()));
        Assert.Empty(server.Events);
    }

    [Fact]
    public async Task Options_HandshakeOfCloudEvents_IsAllowed()
    {
        await using var server = await WebhookServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/webhook/shop");
        request.Headers.Add("WebHook-Request-Origin", "eventgrid.azure.net");

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("eventgrid.azure.net", answer.Headers.GetValues("WebHook-Allowed-Origin").Single());
    }

    private Task<WebhookServer> StartAsync() =>
        WebhookServer.StartAsync(new WebhookOptions { Authentication = new AuthenticationOptions { Tokens = [new TokenFile(_tokens, ["shop"])] } });

    private static HttpRequestMessage Firehose(string body, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Amz-Firehose-Protocol-Version", "1.0");
        request.Headers.Add("X-Amz-Firehose-Request-Id", "ed4acda5");
        request.Headers.Add("X-Amz-Firehose-Access-Key", token);
        return request;
    }
}
