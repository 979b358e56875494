using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace AuditWatch.EndToEnd.Run.Torture;

/// <summary>The ways in which clients ill-treat a webhook: each is one request, or what is left of one.</summary>
internal sealed class HostileClient(Uri address, string token, Action<HttpStatusCode> answered)
{
    private const int Megabyte = 1 << 20;

    private static readonly byte[] Bomb = Gzip(stream =>
    {
        var events = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}\n", 65_536)));
        for (var i = 0; i < 300; i++)
        {
            stream.Write(events);
        }
    });

    private static readonly byte[] BombOfNothing = Gzip(stream =>
    {
        for (var i = 0; i < 500; i++)
        {
            stream.Write(new byte[Megabyte]);
        }
    });

    private static readonly byte[] CutShort = Gzip(stream => stream.Write(File.ReadAllBytes(Sample.Path)))[..^1_000];

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(5),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>What one does after the other; for all clients the same bodies, which are long.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> Ways() =>
    [
        Post(Bomb, "gzip"),
        Post(BombOfNothing, "gzip"),
        Post(CutShort, "gzip"),
        Post(File.ReadAllBytes(Sample.Path), "gzip"),
        Post(CutShort, "zstd"),
        Post(Fill(new string('[', Megabyte))),
        Post(Fill(string.Concat(Enumerable.Repeat("{\"a\":", 200_000)))),
        Post(Fill($$"""{"auditID":"x","user":{},"verb":"get","requestObject":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""")),
        Post(Fill($$"""{"auditID":"x","user":{},"verb":"get","requestObject":{"data":"{{new string('x', 15 * Megabyte)}}"} }""")),
        Post(Fill($$"""{"auditID":"x","user":{},"verb":"get","requestObject":{"data":"{{new string('x', 40 * Megabyte)}}"} }""")),
        Post(Fill($$"""{"log":"{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\",\"requestObject\":\"{{new string('x', 12 * Megabyte)}}\"}"}""")),
        Post(Fill($$"""{"records":[{{string.Concat(Enumerable.Repeat("{},", 3_000_000))}}{}]}""")),
        Post(Fill(string.Concat(Enumerable.Repeat("{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}", 2_000_000)))),
        Post(Fill(string.Concat(Enumerable.Repeat("x\n", 10_000_000)))),
        Post(new byte[65 * Megabyte]),
        Post(Fill("{\"auditID\":\"x\",\"user\":{},\"verb\":\"get\"}"), type: "image/png"),
        Post(Fill("<html>"), type: "text/html"),
        Post([]),
        stop => SendAsync(new HttpRequestMessage(HttpMethod.Put, "/webhook/hostile"), stop),
        stop => SendAsync(new HttpRequestMessage(HttpMethod.Post, "/webhook/a%20b"), stop),
        StrangerAsync,
        HalfBodyAsync,
    ];

    /// <summary>Sends the head of a request letter by letter, or its body, until the service has had enough.</summary>
    public async Task DripAsync(bool body, CancellationToken stop)
    {
        using var client = new TcpClient();
        await IgnoreAsync(async () =>
        {
            await client.ConnectAsync(address.Host, address.Port, stop);
            var stream = client.GetStream();
            var head = $"POST /webhook/hostile HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000000\r\n\r\n";
            if (body)
            {
                await stream.WriteAsync(Fill(head + "{\"auditID\":\""), stop);
            }

            var ended = stream.ReadAsync(new byte[1_000], stop).AsTask();
            for (var i = 0; !ended.IsCompleted; i++)
            {
                await stream.WriteAsync(body ? "x"u8.ToArray() : Fill(head[(i % head.Length)..][..1]), stop);
                await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, stop));
            }
        });
    }

    private async Task StrangerAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/hostile") { Content = new ByteArrayContent(new byte[8 * Megabyte]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "a-token-of-nobody-at-all");
        await SendAsync(request, stop);
    }

    private async Task HalfBodyAsync(CancellationToken stop) => await IgnoreAsync(async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, stop);
        await client.GetStream().WriteAsync(Fill($"POST /webhook/hostile HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 5000000\r\n\r\n["), stop);
        await client.GetStream().WriteAsync(File.ReadAllBytes(Sample.Path).AsMemory(0, Megabyte), stop);
    });

    private Func<CancellationToken, Task> Post(byte[] body, string? encoding = null, string type = "application/json") => async stop =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/hostile") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        await SendAsync(request, stop);
    };

    private async Task SendAsync(HttpRequestMessage request, CancellationToken stop) => await IgnoreAsync(async () =>
    {
        using var answer = await _http.SendAsync(request, stop);
        answered(answer.StatusCode);
    });

    // The service may close a connection in the middle of what it does not want.
    private static async Task IgnoreAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
        }
    }

    private static byte[] Fill(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(Action<Stream> write)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            write(gzip);
        }

        return compressed.ToArray();
    }
}
