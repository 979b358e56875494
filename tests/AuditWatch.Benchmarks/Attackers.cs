using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AuditWatch.Benchmarks;

/// <summary>
/// Those who attack a service through its webhook, all at once until they are told to stop: with no credentials, with wrong ones, with those of a tenant, and with those of a client that may name any cluster.
/// What they were answered is counted by attacker.
/// </summary>
/// <param name="webhook">The webhook, without the name of a cluster.</param>
/// <param name="tenant">The token of the cluster <c>tenant</c>.</param>
/// <param name="any">The token of a client that may name any cluster.</param>
internal sealed class Attackers(Uri webhook, string tenant, string any)
{
    private readonly ConcurrentDictionary<(string Attacker, string Answer), long> _answers = new();

    /// <summary>A line for each attacker: what they did and how often each answer was given.</summary>
    public IEnumerable<string> Lines => _answers.GroupBy(pair => pair.Key.Attacker, pair => (pair.Key.Answer, pair.Value)).OrderBy(attacker => attacker.Key, StringComparer.Ordinal).Select(attacker =>
        $"{attacker.Key}: {string.Join(", ", attacker.OrderBy(one => one.Answer, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Answer} {one.Value:N0} times")))}");

    /// <summary>All of them, until they are stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
    [
        FloodAsync(stop),
        ClustersAsync(stop),
        BombsAsync(stop),
        PostAsync("damaged JSON, 20/s", 20, tenant, "tenant", n => Body($"{{\"kind\":\"Event\",\"auditID\":\"{n}\",\"user\":{{\"username\":\"\\ud800{new string('[', 2_000)}\n"), stop),
        PostAsync("a wrong token, 50/s", 50, "a-token-that-nobody-has", "honest", _ => Body("{}"), stop),
        PostAsync("another's cluster, 20/s", 20, tenant, "honest", _ => Body("{}"), stop),
        PostAsync("a web page's Origin and a rebound Host, 20/s", 20, null, "honest", _ => Body("{}"), stop, request =>
        {
            request.Headers.Host = "rebound.example";
            request.Headers.Add("Origin", "https://evil.example");
        }),
        .. Enumerable.Range(0, 512).Select(_ => IdleAsync(stop)),
        .. Enumerable.Range(0, 40).Select(_ => SlowAsync(stop)),
    ]);

    private Task FloodAsync(CancellationToken stop)
    {
        var traffic = new Traffic(seed: 2);
        return PostAsync("the tenant's lists of 200 events, 10/s", 10, tenant, "tenant", _ =>
        {
            var text = new StringBuilder(300_000);
            lock (traffic)
            {
                traffic.Now = TimeProvider.System.GetUtcNow();
                for (var i = 0; i < 200; i++)
                {
                    traffic.AppendTo(text);
                }
            }

            return Body(text.ToString());
        }, stop);
    }

    private Task ClustersAsync(CancellationToken stop) =>
        Pace.RunAsync(20, 4, Post(any, "a new name of a cluster, 20/s", n => $"c{n}", n => Body(AttackedCluster.DeniedExec($"mallory-{n}", $"pod-{n}"))), stop);

    private Task BombsAsync(CancellationToken stop)
    {
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 500; i++)
            {
                gzip.Write(spaces);
            }
        }

        var bytes = bomb.ToArray();
        return PostAsync("gzip of 500 MiB, 2/s", 2, tenant, "tenant", _ => new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } }, stop);
    }

    private Task PostAsync(string attacker, double perSecond, string? token, string cluster, Func<long, HttpContent> body, CancellationToken stop, Action<HttpRequestMessage>? change = null) =>
        Pace.RunAsync(perSecond, 2, Post(token, attacker, _ => cluster, body, change), stop);

    private Func<long, long, Task> Post(string? token, string attacker, Func<long, string> cluster, Func<long, HttpContent> body, Action<HttpRequestMessage>? change = null)
    {
        var http = Client(token);
        return async (number, _) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{webhook}/{cluster(number)}") { Content = body(number) };
            change?.Invoke(request);
            try
            {
                using var answer = await http.SendAsync(request, CancellationToken.None);
                Count(attacker, $"{(int)answer.StatusCode}");
            }
            catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
            {
                Count(attacker, "broken off");
            }
        };
    }

    /// <summary>A client that takes whatever certificate there is.</summary>
    public static HttpClient Client(string? token)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private Task IdleAsync(CancellationToken stop) => HoldAsync("512 idle connections, renewed", async connection =>
    {
        while (await connection.ReadAsync(new byte[100], stop) > 0)
        {
        }
    }, stop);

    private Task SlowAsync(CancellationToken stop) => HoldAsync("40 slow bodies with the tenant's token, renewed", async connection =>
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"POST {webhook.AbsolutePath}/tenant HTTP/1.1\r\nHost: {webhook.Authority}\r\nAuthorization: Bearer {tenant}\r\nContent-Length: 1000000\r\n\r\n"), stop);
        var ended = connection.ReadAsync(new byte[100], stop).AsTask();
        while (!ended.IsCompleted)
        {
            await connection.WriteAsync("{\"auditID\""u8.ToArray(), stop);
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop));
        }
    }, stop);

    private async Task HoldAsync(string attacker, Func<SslStream, Task> use, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(webhook.Host, webhook.Port, stop);
                await using var connection = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
                await connection.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, stop);
                Count(attacker, "opened");
                await use(connection);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
            }

            try
            {
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "application/json");

    private void Count(string attacker, string answer) => _answers.AddOrUpdate((attacker, answer), 1, (_, count) => count + 1);
}
