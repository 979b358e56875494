using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

public class WebhookLimitTests
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Post_MemoryFull_WaitsUntilBatchesAreDisposedOf()
    {
        var batches = Channel.CreateUnbounded<EventBatch>();
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxBytesInFlight = WebhookOptions.LeastBytesInFlight }, batch => batches.Writer.TryWrite(batch));
        var posting = new List<Task<(HttpStatusCode Status, string Text)>>();
        var held = new List<EventBatch>();
        while (server.Source.Quota.HasRoom(WebhookRequest.BatchBytes, "127.0.0.1"))
        {
            posting.Add(server.PostAsync(A));
            held.Add(await batches.Reader.ReadAsync().AsTask().WaitAsync(Long));
        }

        posting.Add(server.PostAsync(A));
        held.ForEach(batch => batch.Acknowledge());
        Assert.All(await Task.WhenAll(posting[..^1]), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.False(posting[^1].IsCompleted);
        Assert.False(batches.Reader.TryPeek(out _));

        held.ForEach(batch => batch.Dispose());
        WebhookServer.Acknowledge(await batches.Reader.ReadAsync().AsTask().WaitAsync(Long));
        Assert.Equal(HttpStatusCode.OK, (await posting[^1]).Status);
    }

    [Fact]
    public async Task Post_BodyOfAnyLength_WaitsForRoomRatherThanGrow()
    {
        var most = 0L;
        WebhookServer? running = null;
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxBytesInFlight = WebhookOptions.LeastBytesInFlight, MaxQueuedBatches = 100 }, batch =>
        {
            most = Math.Max(most, batch.MemoryBytes * (running!.Source.Queued + 1));
            WebhookServer.Acknowledge(batch);
        });
        running = server;

        var (status, text) = await server.PostAsync(string.Concat(Enumerable.Repeat($"{{\"auditID\":\"{new string('x', 100_000)}\",\"user\":{{}},\"verb\":\"get\"}}\n", 400)));

        Assert.Equal((HttpStatusCode.OK, "400 events, 0 rejected\n"), (status, text));
        Assert.InRange(most, 1, 2 * WebhookOptions.LeastBytesInFlight);
    }

    [Fact]
    public async Task Post_EventGrowsBeyondTheRoomThereIs_IsAnsweredWith429()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxBytesInFlight = WebhookOptions.LeastBytesInFlight });

        var (status, _) = await server.PostAsync($$"""{"auditID":"{{new string('x', 9_000_000)}}","user":{},"verb":"get"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(A)).Status);
    }

    [Fact]
    public async Task Post_ShortestEvents_ComeInBatchesOfBoundedMemory()
    {
        var most = 0L;
        await using var server = await WebhookServer.StartAsync(pipeline: batch =>
        {
            most = Math.Max(most, batch.MemoryBytes);
            WebhookServer.Acknowledge(batch);
        });

        var (_, text) = await server.PostAsync(string.Concat(Enumerable.Repeat(A, 100_000)));

        Assert.Equal("100000 events, 0 rejected\n", text);
        Assert.InRange(most, 1, 4 << 20);
    }

    [Fact]
    public async Task Post_BodyComesTooSlowly_IsAnsweredWith408AndLeavesRoomForOthers()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxRequests = 1, BodyTimeout = TimeSpan.FromSeconds(20) });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"auditID\":"u8.ToArray());
        await UntilAsync(async () => (await server.PostAsync(A)).Status == HttpStatusCode.TooManyRequests);

        server.Time.Advance(TimeSpan.FromSeconds(20));

        var answer = new byte[200];
        var length = await stream.ReadAsync(answer).AsTask().WaitAsync(Long);
        Assert.StartsWith("HTTP/1.1 408", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
        await UntilAsync(async () => (await server.PostAsync(A)).Status == HttpStatusCode.OK);
        var ended = UntilEndedAsync(stream);
        await UntilAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(ended.IsCompleted);
        });
        await ended;
        Assert.Empty(server.Said.Lines);
    }

    private static async Task UntilEndedAsync(NetworkStream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[200]).AsTask().WaitAsync(Long) > 0)
            {
                // The rest of the answer.
            }
        }
        catch (IOException)
        {
            // It is reset, which is an end as well.
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Long, TimeProvider.System);
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
