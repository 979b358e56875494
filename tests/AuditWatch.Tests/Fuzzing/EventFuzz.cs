using System.Net;
using System.Text;
using System.Text.Json;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Sources;
using AuditWatch.Sources.Webhook;
using AuditWatch.Tests.Events;
using AuditWatch.Tests.Events.Envelopes;
using AuditWatch.Tests.Events.Scanning;
using AuditWatch.Tests.Sources;
using AuditWatch.Tests.Sources.Webhook;
using Xunit.Abstractions;

namespace AuditWatch.Tests.Fuzzing;

/// <summary>Real events, damaged: whatever arrives, in whatever pieces, is read the same way, and what comes out of it can be worked with.</summary>
[Collection(Undisturbed.Name)]
public class EventFuzz(ITestOutputHelper output)
{
    private static readonly Mutations Damage = new(
        200_000,
        "{", "}", "[", "]", "\"", ",", ":", "\n", "\r\n", "\\", "\\u", "\\ud800", "\\u0000", "\\\"", "{\"items\":[", "null", "\0", "\xEF\xBB\xBF", "\xFF", "\xC3", "[[[[", "]]]]", "{\"a\":", "}}}}",
        "1e999", "-", "01", "9223372036854775808", "\"auditID\":\"x\",", "\"stage\":\"ResponseStarted\",", "\"user\":{},", "\"us\\u0065r\":null,", "\"requestObject\":[{\"op\":\"replace\",\"path\":\"/a~1b\",\"value\":1}],",
        "\"log\":\"", "\"message\":", "\"records\":[", "\"properties\":{\"log\":", "\"protoPayload\":{", "\"data\":\"", "\"logtag\":\"P\",", "\"stream\":\"stdout\",", "2026-11-20T10:00:01.5Z stdout P ", "2026-11-20T10:00:01.5Z stdout F ", "\"body\":{\"kvlistValue\":", "\"AuditId\":\"x\",\"Stage\":\"y\",", "\"events\":[", "\"logEvents\":[", "\"Records\":[", "\"columns\":[{\"name\":\"log_s\"}],", "\"rows\":[[", "\"results\":[[{\"field\":\"@message\",\"value\":", "\"stream\":{},\"values\":[[\"1\",", "\"Body\":\"", "2026-13-41T25:61:61Z", "%", "%zz", "?command=", "&command=%00");

    private static readonly string[] Log = Encoding.UTF8.GetString(File.ReadAllBytes(RepositoryFiles.SampleLog)).TrimEnd('\n').Split('\n');
    private static readonly Func<string, string>[] Envelopes =
    [
        .. Envelope.All.Values, .. Envelope.Lines.Values, line => Envelope.CloudWatch(line, line), line => Envelope.Azure(line, line), CloudAudit,
        .. PageShapes.Rows().SelectMany(row => row.Shapes).Select<string, Func<string, string>>(shape => line => PageShapes.Fill(shape, line)),
    ];

    private static readonly FieldPath[] Fields =
    [
        .. new[]
        {
            "actor", "actor.kind", "serviceAccount.name", "serviceAccount.namespace", "outcome", "clientIP", "request.kind", "command", "change", "change.metadata.labels.app", "changedPodSpec.hostPID", "changedContainers.image", "actor.component", "actor.managedBy", "staticPod", "actor.subjects", "binding.role", "binding.subjects", "rbac.binding", "rbac.subject", "credential.id", "object", "object.metadata.labels.app", "podSpec", "podSpec.hostPID",
            "containers", "containers.image", "containers.securityContext.privileged", "containers.env.value", "user.extra.authentication.kubernetes.io/pod-name", "user.groups", "sourceIPs", "requestURI",
            "annotations.authorization.k8s.io/decision", "requestObject.spec.template.spec.containers.name", "responseObject.rules.verbs", "responseStatus.code", "kind", "cluster", "source",
        }.Select(FieldPath.Parse),
    ];

    private readonly DetectionEngine _engine = new(DetectionLoader.Load([RepositoryFiles.Detections], []));

    [Fact]
    public void Reader_DamagedLogs() => new Fuzzer(output).Run(nameof(Reader_DamagedLogs), MakeLog, (text, random) =>
    {
        foreach (var line in LinesOf(text))
        {
            LineScannerTests.AcceptsWhatTheParserReads(line);
        }

        Check(text, random);
    });

    [Fact]
    public void Envelopes_DamagedEnvelopes() => new Fuzzer(output).Run(nameof(Envelopes_DamagedEnvelopes), MakeEnvelopes, Check);

    /// <summary>The webhook reads what any reader reads, and says that all is well only where it took something, or knows that nothing in it was meant for it.</summary>
    [Fact]
    public async Task Webhook_DamagedDeliveries()
    {
        await using var server = await WebhookServer.StartAsync(new WebhookOptions { MaxEventBytes = 1 << 20 });
        new Fuzzer(output).Run(nameof(Webhook_DamagedDeliveries), MakeEnvelopes, (text, _) =>
        {
            using var batch = Reading.Any(text);
            server.Events.Clear();
            using var answer = server.Http.PostAsync(new Uri("/webhook/shop", UriKind.Relative), new ByteArrayContent(text)).GetAwaiter().GetResult();

            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity });
            Assert.Equal(batch.Count, server.Events.Count);

            // An export of OpenTelemetry without an event is refused, whatever it is of.
            var mayBeOfOtherLogs = batch.RejectedCount == 0 || !OtlpAnswer.IsFor(text);
            Assert.Equal(batch.Count > 0 || (text.Length > 0 && mayBeOfOtherLogs && batch.RejectedCount == batch.CountOf(RejectionKind.OtherLog)), answer.StatusCode == HttpStatusCode.OK);
        });
    }

    [Fact]
    public void Tables_DamagedTables() => new Fuzzer(output).Run(nameof(Tables_DamagedTables), random => Damage.Apply(Encoding.UTF8.GetBytes(Envelope.Table(Log[random.Next(Log.Length)], Log[random.Next(Log.Length)])), [], random), (text, random) =>
    {
        var (whole, pieced) = (Decoded(text, text.Length), Decoded(text, random.Next(1, 4_096)));
        Assert.Equal(whole, pieced);
        Check(whole, random);
    });

    [Fact]
    public void Otlp_DamagedMessages() => new Fuzzer(output).Run(nameof(Otlp_DamagedMessages), MakeOtlp, (message, random) =>
    {
        var (whole, pieced) = (Translated(message, message.Length), Translated(message, random.Next(1, 512)));
        Assert.Equal(whole, pieced);
        Check(whole, random);
    });

    private static byte[] MakeOtlp(Random random)
    {
        var line = Log[random.Next(Log.Length)];
        var message = OtlpMessage.Of(OtlpMessage.Text(line), OtlpMessage.Parsed(JsonDocument.Parse(line).RootElement), OtlpMessage.Blob(Encoding.UTF8.GetBytes(line)));
        for (var i = random.Next(4); i > 0; i--)
        {
            message[random.Next(message.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) == 0 ? message[..random.Next(message.Length)] : message;
    }

    private static byte[] Decoded(byte[] text, int size)
    {
        using var decoded = new DecodedText(new PiecewiseStream(text.Chunk(Math.Max(1, size))));
        using var all = new MemoryStream();
        decoded.CopyTo(all);
        return all.ToArray();
    }

    // What comes before the place where a message is broken is used.
    private static byte[] Translated(byte[] message, int size)
    {
        using var body = new OtlpBody(new PiecewiseStream(message.Chunk(Math.Max(1, size))), 1 << 20, _ => { });
        using var all = new MemoryStream();
        try
        {
            body.CopyTo(all);
        }
        catch (InvalidDataException)
        {
            // Said to whoever sent it.
        }

        return all.ToArray();
    }

    private static byte[] MakeLog(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Log[random.Next(Log.Length)]).ToArray();
        var text = random.Next(6) switch
        {
            0 => $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{string.Join(',', lines)}}]}""",
            1 => $"[{string.Join(",\n", lines)}]",
            2 => string.Concat(lines),
            3 => string.Join("\r\n", lines),
            _ => string.Join('\n', lines) + '\n',
        };
        return Damage.Apply(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Log[random.Next(Log.Length)]), random);
    }

    private static byte[] MakeEnvelopes(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var line = Encoding.UTF8.GetString(random.Next(2) == 0 ? Damage.Apply(Encoding.UTF8.GetBytes(Log[random.Next(Log.Length)]), [], random) : Encoding.UTF8.GetBytes(Log[random.Next(Log.Length)]));
            for (var depth = random.Next(1, 4); depth > 0; depth--)
            {
                line = Envelopes[random.Next(Envelopes.Length)](line);
            }

            return line;
        });
        return Damage.Apply(Encoding.UTF8.GetBytes(string.Join('\n', lines)), Encoding.UTF8.GetBytes(Envelopes[random.Next(Envelopes.Length)](Log[0])), random);
    }

    private void Check(byte[] text, Random random)
    {
        var whole = Reading.Of(text);
        var pieced = Reading.Of(text, ChunksOf(text, random));
        Assert.Equal(whole.Events, pieced.Events);
        Assert.Equal(whole.RejectedCount, pieced.RejectedCount);

        var streamed = Stream(text, random, EventBatchReader.DefaultMaxEventBytes);
        Assert.Equal(whole.Events, streamed.Events);
        Assert.Equal(whole.RejectedCount, streamed.Rejected);
        Stream(text, random, maxEventBytes: random.Next(1, 2_000));
    }

    // At most a few hundred, for each is read again with what is left of the one before.
    private static int[] ChunksOf(byte[] text, Random random)
    {
        var least = Math.Max(1, text.Length / 200);
        return [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => least + random.Next(random.Next(2) == 0 ? 8 : 4_096))];
    }

    private (List<string> Events, long Rejected) Stream(byte[] text, Random random, int maxEventBytes)
    {
        var chunks = ChunksOf(text, random);
        var pieces = new List<byte[]>();
        for (var at = 0; at < text.Length; at += pieces[^1].Length)
        {
            pieces.Add(text[at..Math.Min(text.Length, at + chunks[pieces.Count % chunks.Length])]);
        }

        using var reader = new EventBatchReader(new PiecewiseStream(pieces), new EventOrigin("log", "prod"), TimeProvider.System, maxEventBytes)
        {
            MaxEvents = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 4),
            FillsBatches = random.Next(2) == 0,
            BatchBytes = random.Next(2) == 0 ? 1 << 20 : random.Next(16, 5_000),
        };
        var (events, rejected) = (new List<string>(), 0L);
        while (reader.ReadAsync(default).AsTask().GetAwaiter().GetResult() is { } batch)
        {
            rejected += Use(batch, events);
        }

        while (reader.Finish() is { } last)
        {
            rejected += Use(last, events);
        }

        return (events, rejected);
    }

    private long Use(EventBatch batch, List<string> events)
    {
        using var _ = batch;
        for (var i = 0; i < batch.Count; i++)
        {
            var auditEvent = batch[i];
            events.Add(Encoding.UTF8.GetString(auditEvent.Json));
            Assert.InRange(auditEvent.Time.Year, 1, 9_999);
            foreach (var field in Fields)
            {
                EventText.Of(auditEvent, field);
                field.Exists(auditEvent);
            }
        }

        _engine.Detect(batch, new List<Finding>());
        return batch.RejectedCount;
    }

    private static IEnumerable<byte[]> LinesOf(byte[] text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = Array.IndexOf(text, (byte)'\n', at);
            yield return text[at..(end < 0 ? text.Length : end)];
            at = end < 0 ? text.Length : end + 1;
        }
    }

    private static string CloudAudit(string line) => $$$"""
        {"insertId":"a","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"jane@example.com"},"authorizationInfo":[{"granted":true,"permission":"io.k8s.core.v1.pods.exec.create","resource":"core/v1/namespaces/shop/pods/cart/exec"}],"methodName":"io.k8s.core.v1.pods.exec.create","request":{{{line}}},"resourceName":"core/v1/namespaces/shop/pods/cart/exec","serviceName":"k8s.io","status":{"code":0}},"resource":{"type":"k8s_cluster","labels":{"cluster_name":"prod"}},"timestamp":"2026-11-21T00:24:50.799935Z"}
        """;
}
