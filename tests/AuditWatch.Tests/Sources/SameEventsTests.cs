using System.Net;
using System.Reactive.Linq;
using System.Text;
using AuditWatch.Sources.LogFile;
using AuditWatch.Tests.Events;
using AuditWatch.Tests.Events.Envelopes;
using AuditWatch.Tests.Sources.FileTail;
using AuditWatch.Tests.Sources.Webhook;

namespace AuditWatch.Tests.Sources;

/// <summary>Whatever shape a log has, and whichever way it comes in: a scanned file, a followed one and the webhook give the same events.</summary>
public sealed class SameEventsTests
{
    private const string A = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","user":{"username":"jürgen \"x\" 😀"},"verb":"get","requestURI":"/a?b=\u0026c"}""";
    private const string B = """{"auditID":"b","stage":"ResponseComplete","user":{},"verb":"get"}""";

    public static TheoryData<string> OfThePage => [.. PageShapes.With(A).Keys];

    public static TheoryData<string> OfTests => [.. Envelope.All.Keys, .. Envelope.Lines.Keys];

    [Theory]
    [MemberData(nameof(OfThePage))]
    public async Task Read_ShapeOfThePage_IsTheSameHoweverItComes(string shape)
    {
        var events = await ReadAsync($"{PageShapes.With(A)[shape]}\n{PageShapes.With(B)[shape]}\n");

        Assert.Equal(2, events.Count);
        if (shape.Contains("EVENT", StringComparison.Ordinal) || shape.Contains("BASE64", StringComparison.Ordinal))
        {
            Assert.Equal([A, B], events);
        }
    }

    [Theory]
    [MemberData(nameof(OfTests))]
    public async Task Read_AnyShape_IsTheSameHoweverItComes(string name)
    {
        var wrap = Envelope.All.GetValueOrDefault(name) ?? Envelope.Lines[name];

        Assert.Equal([A, B, A], await ReadAsync($"{wrap(A)}\n{B}\n{wrap(A)}\n"));
    }

    [Theory]
    [InlineData("[\n  $A,\n  $B\n]")]
    [InlineData("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[$A,$B]}""")]
    [InlineData("$A$B")]
    [InlineData("\uFEFF$A\r\n\uFEFF$B\r\n")]
    [InlineData("$A\n$B")]
    [InlineData("I1120 10:00:01.000000       1 trace.go:236] x\n$A\nrubbish\n\n$B\n{\"kind\":\"Status\"}\n")]
    public async Task Read_SeveralEvents_AreTheSameHoweverTheyCome(string text) =>
        Assert.Equal([A, B], await ReadAsync(text.Replace("$A", A, StringComparison.Ordinal).Replace("$B", B, StringComparison.Ordinal)));

    /// <summary>Input arrives in parts, which end anywhere.</summary>
    [Fact]
    public void Read_ShapesCutAtAnyByte_GiveTheSame()
    {
        foreach (var text in PageShapes.With(A).Values.Concat(Envelope.All.Values.Concat(Envelope.Lines.Values).Select(wrap => wrap(A))).Select(shape => Encoding.UTF8.GetBytes($"{shape}\n{B}\n")))
        {
            var whole = Reading.Of(text);
            for (var cut = 1; cut < text.Length; cut++)
            {
                var parts = Reading.Of(text, cut, text.Length);

                Assert.Equal(whole.Events, parts.Events);
                Assert.Equal(whole.RejectedCount, parts.RejectedCount);
            }
        }
    }

    public static TheoryData<string> Rows => [.. PageShapes.Rows().Select(row => row.From)];

    public static TheoryData<string, string> TablesAndEncodings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var table in PageShapes.Tables(A).Keys)
            {
                data.Add(table, "utf-8");
                data.Add(table, "utf-16");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Page_EveryRow_HasStepsToPasteAndAShape(string from)
    {
        var (_, steps, shapes) = Assert.Single(PageShapes.Rows(), row => row.From == from);

        Assert.NotEmpty(shapes);
        Assert.Matches(@"(?m)^```[\s\S]+?^```", PageShapes.Section(steps));
    }

    [Theory]
    [MemberData(nameof(TablesAndEncodings))]
    public async Task Scan_TableOfThePage_GivesItsEvent(string name, string encoding)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("export.csv", "");
        await File.WriteAllTextAsync(path, PageShapes.Tables(A)[name], Encoding.GetEncoding(encoding));

        Assert.Equal([A], await ScanFileAsync(path));
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public async Task Scan_RedirectedByPowerShell_GivesTheEvents(string name, bool hasMark)
    {
        using var folder = new TemporaryFolder();
        var encoding = Encoding.GetEncoding(name);
        var path = folder.Write("audit.log", "");
        await File.WriteAllBytesAsync(path, [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes($"I1120 10:00:01.000000       1 trace.go:236] x\r\n{A}\r\n{B}\r\n")]);

        Assert.Equal([A, B], await ScanFileAsync(path));
    }

    // What all three ways give.
    private static async Task<IReadOnlyList<string>> ReadAsync(string text)
    {
        var (scanned, followed, posted) = (await ScanAsync(text), await FollowAsync(text), await PostAsync(text));
        Assert.Equal(scanned, followed);
        Assert.Equal(scanned, posted);
        return scanned;
    }

    private static async Task<List<string>> ScanAsync(string text)
    {
        using var folder = new TemporaryFolder();
        return await ScanFileAsync(folder.Write("audit.log", text));
    }

    private static async Task<List<string>> ScanFileAsync(string path)
    {
        var events = new List<string>();
        await new LogFileSource(path, new VirtualTime()) { PieceBytes = 100 }.Batches.ForEachAsync(batch =>
        {
            using (batch)
            {
                events.AddRange(Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i].Json)));
            }
        });
        return events;
    }

    // Followed until a last event comes, after a line that ends whatever is open.
    private static async Task<List<string>> FollowAsync(string text)
    {
        const string last = """{"auditID":"last","stage":"ResponseComplete","user":{},"verb":"get"}""";
        using var log = new TailHarness();
        await File.WriteAllTextAsync(log.Path, text.EndsWith('\n') ? text : text + "\n");
        log.Start(fromStart: true);
        await File.AppendAllTextAsync(log.Path, last + "\n");
        log.Poll();
        var events = new List<string>();
        while ((await log.NextAsync(1))[0] is var next && next != last)
        {
            if (!next.StartsWith("rejected: ", StringComparison.Ordinal))
            {
                events.Add(next);
            }
        }

        return events;
    }

    private static async Task<List<string>> PostAsync(string text)
    {
        await using var server = await WebhookServer.StartAsync();
        var (status, answer) = await server.PostAsync(text, "/webhook/shop");
        Assert.True(status == HttpStatusCode.OK, answer);
        if (!answer.StartsWith('{'))
        {
            // An export of OpenTelemetry is answered in its own form.
            Assert.Equal($"{server.Events.Count} events, {server.Rejected} rejected", answer.Trim());
        }

        return [.. server.Events];
    }
}
