using System.IO.Compression;
using System.Net;
using System.Text;
using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

public class RequestBodyTests
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";
    private const string B = """{"auditID":"b","user":{},"verb":"get"}""";

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip", "GZIP")]
    [InlineData("gzip", "x-gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("identity", "identity")]
    public async Task Post_EncodedBody_IsDecoded(string encoding, string spelt)
    {
        await using var server = await WebhookServer.StartAsync();

        var answer = await PostAsync(server, Encode(encoding, $"{A}\n{B}\n"), spelt);

        Assert.Equal((HttpStatusCode.OK, "2 events, 0 rejected\n"), answer);
        Assert.Equal([A, B], server.Events);
    }

    [Fact]
    public async Task Post_SeveralGzipMembers_AreOneBody()
    {
        await using var server = await WebhookServer.StartAsync();

        await PostAsync(server, [.. Encode("gzip", $"[{A}"), .. Encode("gzip", $",{B}]")], "gzip");

        Assert.Equal([A, B], server.Events);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task Post_UnknownEncoding_IsAnsweredWith415AndWhatWouldDo(string encoding)
    {
        await using var server = await WebhookServer.StartAsync();
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var answer = await server.Http.PostAsync(new Uri("/webhook", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("gzip, deflate", answer.Headers.GetValues("Accept-Encoding").Single());
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("deflate", true)]
    public async Task Post_BrokenOrCutShort_IsAnsweredWith400AndTheServiceGoesOn(string encoding, bool cut)
    {
        await using var server = await WebhookServer.StartAsync();
        var noise = Enumerable.Range(0, 2_000).Select(i => $$"""{"auditID":"{{i * 7_919 % 104_729}}","user":{},"verb":"get"}""");
        var body = cut ? Encode(encoding, string.Join('\n', noise))[..2_000] : Encoding.UTF8.GetBytes(A);

        var (status, text) = await PostAsync(server, body, encoding);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("broken or cut short", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(A)).Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Post_BlowsUp_IsCutOffAtTheLimit(string encoding)
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxBodyBytes = 3_000_000 });
        var bomb = Encode(encoding, string.Concat(Enumerable.Repeat(A + "\n", 1_000_000)));
        Assert.InRange(bomb.Length, 0, 300_000);

        var (status, text) = await PostAsync(server, bomb, encoding);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("3000000 bytes", text, StringComparison.Ordinal);
        Assert.InRange(server.Events.Count, 0, 3_000_000 / A.Length);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(WebhookServer server, byte[] body, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add(encoding);
        using var answer = await server.Http.PostAsync(new Uri("/webhook", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static byte[] Encode(string encoding, string text)
    {
        var encoded = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(encoded, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Optimal),
            _ => new BufferedStream(encoded),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return encoded.ToArray();
    }
}
