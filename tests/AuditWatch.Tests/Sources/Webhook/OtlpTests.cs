using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuditWatch.Sources.Webhook;
using AuditWatch.Tests.Events.Envelopes;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>What an OpenTelemetry collector, and Fluent Bit's output of that name, send: OTLP/HTTP in its binary form.</summary>
public class OtlpTests
{
    private const string A = """{"auditID":"a","user":{"username":"jürgen \"x\"","groups":["g"]},"verb":"get","responseStatus":{"code":201,"x":true,"y":1.5,"z":-7}}""";
    private const string B = """{"auditID":"b","user":{},"verb":"get"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_RecordsInEveryForm_GivesTheirEvents(bool isCompressed)
    {
        await using var server = await WebhookServer.StartAsync();
        var body = OtlpMessage.Of(
            OtlpMessage.Text(A), OtlpMessage.Parsed(JsonDocument.Parse(A).RootElement), OtlpMessage.Blob(Encoding.UTF8.GetBytes(B)), OtlpMessage.Text(Envelope.Lines["containerd"](A)),
            OtlpMessage.Parsed(JsonDocument.Parse($$"""{"log":{{Envelope.Text(B)}},"stream":"stdout"}""").RootElement), OtlpMessage.Text(Envelope.Azure(A)));

        using var answer = await PostAsync(server, body, isCompressed);

        Assert.Equal((HttpStatusCode.OK, OtlpBody.MediaType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal([A, A, B, A, B, A], server.Events);
    }

    [Fact]
    public async Task Post_SomeAreNoEvents_SaysHowManyInAPartialSuccess()
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await PostAsync(server, OtlpMessage.Of(OtlpMessage.Text(A), OtlpMessage.Text("I1120 started"), [], OtlpMessage.Text(B)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        byte[] message = [.. "2 events, 2 rejected"u8];
        Assert.Equal(OtlpMessage.Bytes(1, [1 << 3, 2, .. OtlpMessage.Bytes(2, message)]), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal([A, B], server.Events);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("I1120 10:00:01.000000       1 trace.go:236] started")]
    [InlineData("""{"auditID":"x","stage":"ResponseComplete"}""")]
    public async Task Post_NoRecordIsAnEvent_IsAnsweredWith422InEachForm(string body)
    {
        await using var server = await WebhookServer.StartAsync();

        using var binary = await PostAsync(server, OtlpMessage.Of(OtlpMessage.Text(body), OtlpMessage.Text(body)));
        using var json = await PostJsonAsync(server, $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{{Json(body)}},{{Json(body)}}]}]}]}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, OtlpBody.MediaType), (binary.StatusCode, binary.Content.Headers.ContentType?.MediaType));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/json"), (json.StatusCode, json.Content.Headers.ContentType?.MediaType));
        using var status = JsonDocument.Parse(await json.Content.ReadAsStringAsync());
        var message = status.RootElement.GetProperty("message").GetString()!;
        Assert.Contains("2 rejected", message, StringComparison.Ordinal);
        Assert.Contains("Looked for: audit.k8s.io/v1 events", message, StringComparison.Ordinal);
        Assert.Contains("Looked for: audit.k8s.io/v1 events", Encoding.UTF8.GetString(await binary.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
        Assert.Equal(4, server.Rejected);
    }

    [Theory]
    [InlineData("{A}", "{}")]
    [InlineData("{A},{no}", """{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"1 events, 1 rejected"}}""")]
    public async Task Post_InJson_IsAnsweredInJson(string records, string expected)
    {
        await using var server = await WebhookServer.StartAsync();
        var body = records.Replace("{A}", Json(A), StringComparison.Ordinal).Replace("{no}", Json("hello"), StringComparison.Ordinal);

        using var answer = await PostJsonAsync(server, $" {{ \"resourceLogs\" : [{{\"scopeLogs\":[{{\"logRecords\":[{body}]}}]}}]}}");

        Assert.Equal((HttpStatusCode.OK, expected), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal([A], server.Events);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0A00")]
    [InlineData("0A021200")]
    [InlineData("0A040A001200")]
    public async Task Post_ExportWithoutRecords_IsTaken(string hex)
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await PostAsync(server, Convert.FromHexString(hex));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(0, server.Rejected);
    }

    [Theory]
    [InlineData("""{"resourceLogs":[]}""", 200)]
    [InlineData("""{"resourceLogs":[{}]}""", 200)]
    [InlineData("""{"resourceLogs":[{"resource":{"attributes":[]},"schemaUrl":"x"}]}""", 200)]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[]}]}""", 200)]
    [InlineData("""{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{"name":"x"}},{"logRecords":[]}]}]}""", 200)]
    [InlineData("""{"resourceLogs":[{"instrumentationLibraryLogs":[{"logs":[{"body":{"stringValue":"x"}}]}]}]}""", 422)]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}""", 422)]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}""", 400)]
    public async Task Post_JsonWithoutRecords_IsTakenOnlyIfThatIsAllThereIs(string body, int status)
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await PostJsonAsync(server, body);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Post_LongEvent_CostsItselfOnly()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxEventBytes = 1_000 });

        using var answer = await PostAsync(server, OtlpMessage.Of(OtlpMessage.Text(B), OtlpMessage.Text(A.Replace("\"a\"", $"\"{new string('a', 100_000)}\"", StringComparison.Ordinal)), OtlpMessage.Text(B)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([B, B], server.Events);
        Assert.Equal(1, server.Rejected);
    }

    [Theory]
    [InlineData("rubbish", 400)]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", 400)]
    [InlineData("0A0512FF", 400)]
    [InlineData("0A021203120A", 400)]
    public async Task Post_NoMessage_IsRefused(string hex, int status)
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await PostAsync(server, hex == "rubbish" ? "rubbish"u8.ToArray() : Convert.FromHexString(hex));

        // google.rpc.Status, of which the second member is the message.
        Assert.Equal((status, OtlpBody.MediaType), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(0x12, (await answer.Content.ReadAsByteArrayAsync())[0]);
        Assert.Empty(server.Events);
    }

    [Fact]
    public async Task Post_NestedWithoutEnd_EndsAtSomeDepth()
    {
        var value = OtlpMessage.Text("x");
        for (var i = 0; i < 2_000; i++)
        {
            value = OtlpMessage.Bytes(5, OtlpMessage.Bytes(1, value));
        }

        await using var server = await WebhookServer.StartAsync();

        using var answer = await PostAsync(server, OtlpMessage.Of(value, OtlpMessage.Text(A)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([A], server.Events);
    }

    [Fact]
    public async Task Read_InPiecesOfAnySize_GivesTheSame()
    {
        var message = OtlpMessage.Of(OtlpMessage.Text(A), OtlpMessage.Parsed(JsonDocument.Parse(A).RootElement));
        var whole = await TextAsync(message, message.Length);

        Assert.Equal(2, whole.Count(letter => letter == '\n'));
        foreach (var size in new[] { 1, 7, 100 })
        {
            Assert.Equal(whole, await TextAsync(message, size));
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => TextAsync(message[..^1], 9));
    }

    private static string Json(string body) => $$"""{"timeUnixNano":"1","body":{"stringValue":{{Envelope.Text(body)}}} }""";

    private static async Task<HttpResponseMessage> PostJsonAsync(WebhookServer server, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await server.Http.PostAsync(new Uri("/webhook/shop", UriKind.Relative), content);
    }

    private static async Task<string> TextAsync(byte[] message, int size)
    {
        using var body = new OtlpBody(new PiecewiseStream(message.Chunk(size)), 1 << 20, _ => { });
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync();
    }

    private static async Task<HttpResponseMessage> PostAsync(WebhookServer server, byte[] body, bool isCompressed = false)
    {
        using var sent = new MemoryStream();
        if (isCompressed)
        {
            using var gzip = new GZipStream(sent, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(body);
        }
        else
        {
            sent.Write(body);
        }

        using var content = new ByteArrayContent(sent.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(OtlpBody.MediaType);
        if (isCompressed)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return await server.Http.PostAsync(new Uri("/webhook/shop", UriKind.Relative), content);
    }
}
