using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditWatch.Sources.Webhook;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Events.Envelopes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Sources.Webhook.Access;

/// <summary>Push subscriptions of Pub/Sub: ID tokens, and the keys that an issuer publishes.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private const string Account = "push@project.iam.gserviceaccount.com";
    private const string Audience = "https://auditwatch.example.com/webhook/shop";
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private HttpStandIn? _issuer;
    private string _published = "";
    private int _status = 200;
    private int _fetched;

    public async Task InitializeAsync()
    {
        _issuer = await HttpStandIn.StartAsync(http =>
        {
            _fetched++;
            http.Response.StatusCode = _status;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(_status == 200 ? _published : "");
        });
        _published = Keys(("1", _key));
    }

    public async Task DisposeAsync()
    {
        await _issuer!.DisposeAsync();
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Post_PushOfPubSub_IsTakenForItsCluster()
    {
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server), Envelope.All["Pub/Sub"](A)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));

        Assert.Equal([A, A], server.Events);
        Assert.Equal(["shop", "shop"], server.Clusters);
        Assert.Equal(1, _fetched);
    }

    [Theory]
    [InlineData("iss", "\"https://accounts.example.com\"")]
    [InlineData("aud", "\"https://auditwatch.example.com/webhook/other\"")]
    [InlineData("aud", "[\"x\"]")]
    [InlineData("aud", "null")]
    [InlineData("email", "\"push@other.iam.gserviceaccount.com\"")]
    [InlineData("email_verified", "false")]
    [InlineData("email_verified", "null")]
    [InlineData("exp", "null")]
    [InlineData("exp", "1000")]
    [InlineData("exp", "\"soon\"")]
    [InlineData("iat", "99999999999")]
    [InlineData("nbf", "9999999999")]
    public async Task Post_AnotherClaim_IsRefusedWithoutAskingForKeys(string claim, string value)
    {
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, Token(server, claims: claims => claims[claim] = JsonDocument.Parse(value).RootElement)));
        Assert.Equal(0, _fetched);
        Assert.Empty(server.Events);
    }

    [Fact]
    public async Task Post_AudienceAmongSeveral_IsTaken()
    {
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server, claims: claims => claims["aud"] = JsonDocument.Parse($"[\"x\",\"{Audience}\"]").RootElement)));
    }

    [Fact]
    public async Task Post_NotSignedAsItShould_IsRefused()
    {
        await using var server = await StartAsync();
        var good = Token(server);
        var parts = good.Split('.');

        foreach (var token in new[]
        {
            Token(server, key: _other),
            Token(server, algorithm: "none"),
            Token(server, algorithm: "HS256"),
            Token(server, algorithm: "RS512"),
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
            $"{parts[0]}.{parts[1]}",
            "a.b.c",
            "..",
            $"{good}.x",
        })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, token));
        }

        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, good));
    }

    [Fact]
    public async Task Post_Expired_IsRefusedAfterAMinute()
    {
        await using var server = await StartAsync();
        var token = Token(server);

        server.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, token));
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, token));
    }

    [Fact]
    public async Task Post_KeysRotated_AreFetchedAtOnceButNotForEveryName()
    {
        await using var server = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));

        _published = Keys(("1", _key), ("2", _other));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, Token(server, key: _other, id: "2")));
        server.Time.Advance(PublishedKeys.Pause);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server, key: _other, id: "2")));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, Token(server, id: $"no-{i}")));
        }

        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task Post_KeysThatCannotBeFetched_IsToldToComeAgain()
    {
        await using var server = await StartAsync();
        _status = 500;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(server, Token(server)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, "a-token-that-nobody-knows"));

        (_status, _published) = (200, "<html>");
        server.Time.Advance(PublishedKeys.Pause);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(server, Token(server)));

        _published = Keys(("1", _key));
        server.Time.Advance(PublishedKeys.Pause);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));

        // What has been fetched stays in use for a day.
        _status = 503;
        server.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(server, Token(server, id: "2")));
        server.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(server, Token(server)));
    }

    [Fact]
    public async Task Post_KeysInAFile_AreReadAgainWhenTheyChange()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("keys.json", Keys(("1", _key)));
        await using var server = await StartAsync(file);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server)));

        File.WriteAllText(file, Keys(("1", _other)));
        server.Access.Check();
        server.Access.Check();

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(server, Token(server)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, Token(server, key: _other)));
        Assert.Equal(0, _fetched);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"EC","kid":"1","crv":"P-256","x":"a","y":"b"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}""")]
    public void Parse_NoUsableKeys_SaysSo(string keys) => Assert.Throws<FormatException>(() => KeySet.Parse(Encoding.UTF8.GetBytes(keys)));

    private Task<WebhookServer> StartAsync(string? file = null) => WebhookServer.StartAsync(new WebhookOptions
    {
        Authentication = new AuthenticationOptions
        {
            Oidc = [new OidcOptions(Audience, [Account], ["shop"]) { KeysAddress = new Uri($"{_issuer!.Root}/keys"), KeysFile = file }],
        },
    });

    private string Token(WebhookServer server, RSA? key = null, string id = "1", string algorithm = "RS256", Action<Dictionary<string, object>>? claims = null)
    {
        var now = server.Time.GetUtcNow().ToUnixTimeSeconds();
        var body = new Dictionary<string, object> { ["iss"] = OidcOptions.Google, ["aud"] = Audience, ["email"] = Account, ["email_verified"] = true, ["sub"] = "1", ["iat"] = now, ["exp"] = now + 3_600 };
        claims?.Invoke(body);
        var signed = $"{Encode(new Dictionary<string, object> { ["alg"] = algorithm, ["kid"] = id, ["typ"] = "JWT" })}.{Encode(body)}";
        return $"{signed}.{Base64Url.EncodeToString((key ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(Dictionary<string, object> part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static string Keys(params (string Id, RSA Key)[] keys) => JsonSerializer.Serialize(new
    {
        keys = keys.Select(pair => (pair.Id, Key: pair.Key.ExportParameters(false))).Select(pair => new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = pair.Id,
            n = Base64Url.EncodeToString(pair.Key.Modulus),
            e = Base64Url.EncodeToString(pair.Key.Exponent),
        }),
    });

    private static async Task<HttpStatusCode> PostAsync(WebhookServer server, string token, string body = A)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
