using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>How the webhook answers over HTTP, and what the pipeline gets of it. It is long because it has a test for each answer that there is.</summary>
public class WebhookSourceTests
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";
    private const string B = """{"auditID":"b","user":{},"verb":"get"}""";

    [Theory]
    [InlineData($$"""{"kind":"EventList","items":[{{A}},{{B}}]}""")]
    [InlineData($"{A}\n{B}\n")]
    [InlineData($"[{A},{B}]")]
    [InlineData($"{A}{B}")]
    public async Task Post_Events_AreProcessedAndAnsweredWith200(string body)
    {
        await using var server = await WebhookServer.StartAsync();

        Assert.Equal((HttpStatusCode.OK, "2 events, 0 rejected\n"), await server.PostAsync(body));
        Assert.Equal([A, B], server.Events);
    }

    [Fact]
    public async Task Post_RealLogAsOneList_GivesEveryEvent()
    {
        await using var server = await WebhookServer.StartAsync();
        var lines = Encoding.UTF8.GetString(File.ReadAllBytes(RepositoryFiles.SampleLog)).TrimEnd('\n').Split('\n');

        var (status, _) = await server.PostAsync($$"""{"kind":"EventList","items":[{{string.Join(',', lines)}}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(lines, server.Events);
    }

    [Fact]
    public async Task Post_ManyAtATime_LosesAndRepeatsNothing()
    {
        await using var server = await WebhookServer.StartAsync();

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync($$"""[{"auditID":"{{i}}","user":{},"verb":"get"},{"auditID":"{{i}}b","user":{},"verb":"get"}]""")).Status));

        Assert.Equal(400, server.Events.Count);
        Assert.Equal(400, server.Events.Distinct().Count());
    }

    [Theory]
    [InlineData("/webhook", "")]
    [InlineData("/webhook/", "")]
    [InlineData("/webhook/prod-1.eu", "prod-1.eu")]
    [InlineData("/webhook/PROD", "PROD")]
    public async Task Post_Path_NamesTheCluster(string path, string cluster)
    {
        await using var server = await WebhookServer.StartAsync();

        await server.PostAsync(A, path);

        Assert.Equal([cluster], server.Clusters);
    }

    [Theory]
    [InlineData("/webhook/a%20b")]
    [InlineData("/webhook/a%2Fb")]
    [InlineData("/webhook/%3Cscript%3E")]
    [InlineData("/webhook/%D0%B0")]
    [InlineData("/webhook/254")]
    public async Task Post_BadClusterName_IsAnsweredWith400(string path)
    {
        await using var server = await WebhookServer.StartAsync();

        var (status, _) = await server.PostAsync(A, path.Replace("254", new string('a', 254), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(server.Events);
    }

    [Theory]
    [InlineData("", "line 1, column 1: an empty body")]
    [InlineData("rubbish", "line 1, column 1: not a JSON object")]
    [InlineData("\n\n  <html>", "line 3, column 3: not a JSON object")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{\"auditID\":", "line 1, column 41: the JSON ends too early")]
    public async Task Post_NotJson_IsAnsweredWith400AndCounted(string body, string problem)
    {
        await using var server = await WebhookServer.StartAsync();

        var (status, text) = await server.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(problem, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, server.Rejected);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(A)).Status);
    }

    [Theory]
    [InlineData($$"""{"items":[{{A}},{"kind":"Status"},42,{{B}}]}""", "2 events, 2 rejected\n")]
    [InlineData($"rubbish\n{A}\n{B}", "2 events, 1 rejected\n")]
    [InlineData($"{A}\n{B}\n{{\"auditID\":", "2 events, 1 rejected\n")]
    public async Task Post_SomeAreNoEvents_TheOthersAreProcessed(string body, string text)
    {
        await using var server = await WebhookServer.StartAsync();

        Assert.Equal((HttpStatusCode.OK, text), await server.PostAsync(body));
        Assert.Equal([A, B], server.Events);
    }

    [Theory]
    [InlineData("""{"kind":"EventList","items":[]}""", "0 events, 0 rejected\n")]
    [InlineData("""{"records":[{"category":"guard","properties":{"log":"x"} }]}""", "0 events, 1 rejected\n")]
    [InlineData("""{"records":[{"category":"kube-scheduler","properties":{"log":"x"} },{"category":"csi-azuredisk-controller","properties":{"log":"x"} }]}""", "0 events, 2 rejected\n")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logGroup":"/aws/eks/shop/cluster","logStream":"authenticator-1","logEvents":[{"id":"1","timestamp":1,"message":"time=x level=info msg=y"}]}""", "0 events, 1 rejected\n")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"I1120 10:00:01.000000       1 trace.go:236] x"}]}""", "0 events, 1 rejected\n")]
    [InlineData("""{"message":{"data":"eyJwcm90b1BheWxvYWQiOnsiQHR5cGUiOiJ0eXBlLmdvb2dsZWFwaXMuY29tL2dvb2dsZS5jbG91ZC5hdWRpdC5BdWRpdExvZyIsInNlcnZpY2VOYW1lIjoic3RvcmFnZS5nb29nbGVhcGlzLmNvbSJ9fQ=="},"subscription":"s"}""", "0 events, 1 rejected\n")]
    [InlineData("""{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination"}]}""", "0 events, 0 rejected\n")]
    public async Task Post_NothingOrOtherLogs_IsNotSentAgain(string body, string text)
    {
        await using var server = await WebhookServer.StartAsync();

        Assert.Equal((HttpStatusCode.OK, text), await server.PostAsync(body));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""[{"kind":"Pod"},{"auditID":"a","stage":"ResponseComplete"}]""")]
    [InlineData("""{"log":"hello"}""")]
    [InlineData("""{"messageType":"DATA_MESSAGE","logGroup":"/aws/lambda/shop","logStream":"2026/11/20/[$LATEST]1","logEvents":[{"id":"1","timestamp":1,"message":"START RequestId: 1"}]}""")]
    [InlineData("""{"events":[{"logStreamName":"web","timestamp":1,"message":"GET /","eventId":"1"}]}""")]
    [InlineData("""{"requestId":"1","timestamp":1,"records":[{"data":"eyJtZXNzYWdlVHlwZSI6IkRBVEFfTUVTU0FHRSIsImxvZ0dyb3VwIjoiL3ZwYyIsImxvZ0V2ZW50cyI6W3siaWQiOiIxIiwidGltZXN0YW1wIjoxLCJtZXNzYWdlIjoiMiBBQ0NFUFQifV19"}]}""")]
    [InlineData("""{"requestId":"1","timestamp":1,"records":[{"data":"cnViYmlzaA=="}]}""")]
    [InlineData("""{"records":[{"category":"AuditEvent","resourceId":"/SUBSCRIPTIONS/1/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V","properties":{"id":"x"} }]}""")]
    [InlineData("""{"message":{"data":"aGVsbG8=","messageId":"1"},"subscription":"projects/p/subscriptions/s"}""")]
    [InlineData("""{"message":{"attributes":{"a":"b"},"messageId":"1"},"subscription":"projects/p/subscriptions/s"}""")]
    [InlineData("""{"specversion":"1.0","type":"x","source":"/a","id":"1","data":{"hello":"world"} }""")]
    [InlineData("""{"specversion":"1.0","type":"x","source":"/a","id":"1"}""")]
    [InlineData("""[{"specversion":"1.0","type":"x","source":"/a","id":"1","data_base64":"aGVsbG8="}]""")]
    [InlineData("""[{"id":"1","eventType":"Microsoft.Storage.BlobCreated","subject":"/x","eventTime":"2026-11-20T10:00:00Z","data":{"url":"https://x"} }]""")]
    [InlineData("""{"streams":[{"stream":{"job":"web"},"values":[["1","GET /"]]}]}""")]
    public async Task Post_JsonInWhichNothingIsRecognised_IsAnsweredWith422(string body)
    {
        await using var server = await WebhookServer.StartAsync();

        var (status, text) = await server.PostAsync(body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("Looked for: audit.k8s.io/v1 events", text, StringComparison.Ordinal);
        Assert.NotEqual(0, server.Rejected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyTooLong_IsAnsweredWith413(bool lengthIsKnown)
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxBodyBytes = 1_000 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(string.Concat(Enumerable.Repeat(A + "\n", 100))) };
        request.Headers.TransferEncodingChunked = !lengthIsKnown;

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("1000 bytes", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_EventTooLong_TheOthersAreProcessed()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxEventBytes = 1_000_000 });
        var tooLong = $$"""{"auditID":"{{new string('x', 3_000_000)}}","user":{},"verb":"get"}""";

        Assert.Equal((HttpStatusCode.OK, "2 events, 1 rejected\n"), await server.PostAsync($"[{A},{tooLong},{B}]"));
        Assert.Equal([A, B], server.Events);
    }

    [Fact]
    public async Task Get_Webhook_IsAnsweredWith405()
    {
        await using var server = await WebhookServer.StartAsync();

        using var answer = await server.Http.GetAsync(new Uri("/webhook", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Post_OutcomeNotYetSafe_IsNotAnswered()
    {
        var batches = Channel.CreateUnbounded<EventBatch>();
        await using var server = await WebhookServer.StartAsync(pipeline: batch => batches.Writer.TryWrite(batch));

        var posting = server.PostAsync(string.Concat(Enumerable.Repeat($"{{\"auditID\":\"{new string('x', 700_000)}\",\"user\":{{}},\"verb\":\"get\"}}\n", 2)));
        var first = await batches.Reader.ReadAsync();
        var second = await batches.Reader.ReadAsync();
        first.Acknowledge();
        Assert.False(posting.IsCompleted);

        second.Acknowledge();
        Assert.Equal((HttpStatusCode.OK, "2 events, 0 rejected\n"), await posting);
    }

    [Fact]
    public async Task Post_PipelineFailsOnABatch_IsAnsweredWith503AndTheNextIsTaken()
    {
        var isBroken = true;
        await using var server = await WebhookServer.StartAsync(pipeline: batch =>
        {
            if (isBroken)
            {
                batch.Fail(new InvalidOperationException("the disk is full"));
                batch.Dispose();
            }
            else
            {
                WebhookServer.Acknowledge(batch);
            }
        });

        using var answer = await server.Http.PostAsync(new Uri("/webhook", UriKind.Relative), new StringContent(A));
        isBroken = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain("disk", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(B)).Status);
    }

    [Fact]
    public async Task Post_QueueFull_WaitsForItsTurn()
    {
        using var working = new SemaphoreSlim(0);
        await using var server = await WebhookServer.StartAsync(
            new WebhookOptions { MaxQueuedBatches = 1 },
            batch =>
            {
                working.Wait();
                WebhookServer.Acknowledge(batch);
            });

        var posting = Enumerable.Range(0, 10).Select(_ => server.PostAsync(A)).ToList();
        await UntilAsync(() => Task.FromResult(server.Source.Queued == 1));
        working.Release(10);

        Assert.All(await Task.WhenAll(posting), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Fact]
    public async Task Post_TooManyRequests_IsAnsweredWith429AndRetryAfter()
    {
        var batches = Channel.CreateUnbounded<EventBatch>();
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxRequests = 1 }, batch => batches.Writer.TryWrite(batch));
        var first = server.PostAsync(A);
        var batch = await batches.Reader.ReadAsync();

        using var answer = await server.Http.PostAsync(new Uri("/webhook", UriKind.Relative), new StringContent(B));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(B)).Status);
        Assert.Equal(1, server.Log.CountOf("429"));
        batch.Acknowledge();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Fact]
    public async Task Post_PipelineHangs_IsAnsweredWith503InTime()
    {
        var batches = Channel.CreateUnbounded<EventBatch>();
        await using var server = await WebhookServer.StartAsync(pipeline: batch => batches.Writer.TryWrite(batch));

        var posting = server.PostAsync(A);
        await batches.Reader.ReadAsync();
        server.Time.Advance(TimeSpan.FromSeconds(24));
        Assert.False(posting.IsCompleted);

        // Its patience may begin a moment after the pipeline has the batch.
        for (var i = 0; i < 300 && !posting.IsCompleted; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(posting, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await posting.WaitAsync(TimeSpan.FromSeconds(1))).Status);
    }

    [Fact]
    public async Task Post_PipelineHasLeft_IsAnsweredWith503()
    {
        await using var server = await WebhookServer.StartAsync();
        await server.PostAsync(A);
        server.Unsubscribe();

        var statuses = new[] { await server.PostAsync(B), await server.PostAsync(B) }.Select(answer => answer.Status);

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.Equal([A], server.Events);
    }

    [Fact]
    public async Task Stop_RequestUnderWay_IsFinishedAndNoOtherAccepted()
    {
        var batches = Channel.CreateUnbounded<EventBatch>();
        await using var server = await WebhookServer.StartAsync(pipeline: batch => batches.Writer.TryWrite(batch));
        var underWay = server.PostAsync(A);
        var batch = await batches.Reader.ReadAsync();

        server.Source.Stop();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PostAsync(B)).Status);
        Assert.False(server.Ended.Task.IsCompleted);
        var stopping = server.StopAsync();
        batch.Acknowledge();

        Assert.Equal(HttpStatusCode.OK, (await underWay).Status);
        await server.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stopping;
    }

    [Fact]
    public async Task Post_ClientGoesAway_LeavesRoomForOthers()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxRequests = 1 });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
            await client.GetStream().WriteAsync("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"auditID\":"u8.ToArray());
            await UntilAsync(async () => (await server.PostAsync(A)).Status == HttpStatusCode.TooManyRequests);
        }

        await UntilAsync(async () => (await server.PostAsync(B)).Status == HttpStatusCode.OK);
        Assert.Equal(B, server.Events.Last());
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
