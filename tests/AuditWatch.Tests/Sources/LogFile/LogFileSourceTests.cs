using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Sources;
using AuditWatch.Sources.LogFile;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Sources.LogFile;

public sealed class LogFileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task Batches_RealLogInPiecesOfAnySize_GivesEveryLine()
    {
        var lines = File.ReadAllLines(RepositoryFiles.SampleLog);
        foreach (var size in new[] { 1, 5_000, 100_000, 1 << 20 })
        {
            var (events, rejections) = await ReadAsync(RepositoryFiles.SampleLog, size);

            Assert.Equal(lines, events);
            Assert.Empty(rejections);
        }
    }

    /// <summary>Whatever is in the file and wherever it is cut: what one reader makes of the whole is what comes out.</summary>
    [Fact]
    public void Batches_AnyFileInPiecesOfAnySize_IsReadAsByOneReader()
    {
        var documents = Gen.Elements(
            """{"auditID":"a","verb":"get","user":{"uid":"1"}}""",
            """{"kind":"EventList","items":[{"auditID":"b","user":{},"verb":"get"},{"auditID":"c","user":{},"verb":"get"}],"metadata":{"x":[]}}""",
            "[{\"auditID\":\"d\",\"user\":{},\"verb\":\"get\"},\n 7,\n{\"kind\":\"Status\"} ]",
            "{\n  \"auditID\": \"e\", \"verb\": \"get\", \"user\": {},\n  \"sourceIPs\": [\n    \"::1\"\n  ]\n}",
            """{"kind":"Status"}""",
            """{"auditID":"cut","verb":"ge""",
            """{"auditID":"cut","user":{"groups":["a",""",
            """{"items":[{"auditID":"f","user":{},"verb":"get"},{"auditID":"cut""",
            "{\"items\":[\n{\"auditID\":\"g\",\"user\":{},\"verb\":\"get\"},\n{\"auditID\":\"h\",\"user\":{},\"verb\":\"get\"}",
            "[",
            "]}",
            "rubbish",
            "\uFEFF",
            "",
            "\t  \r");
        var files =
            from bom in Gen.Elements("", "", "\uFEFF")
            from lines in documents.NonEmptyListOf()
            from end in Gen.Elements("", "\n")
            select bom + string.Join('\n', lines) + end;
        var path = _folder["any.log"];

        Prop.ForAll(files.ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (text, size) =>
        {
            File.WriteAllText(path, text);

            var (events, rejections) = ReadAsync(path, size).GetAwaiter().GetResult();

            using var whole = new EventBatch(new EventOrigin(path), DateTimeOffset.UnixEpoch);
            whole.Append(File.ReadAllBytes(path));
            new AuditEventReader(path).Read(whole, isFinal: true);
            Assert.Equal(Enumerable.Range(0, whole.Count).Select(i => Encoding.UTF8.GetString(whole[i].Json)), events);
            Assert.Equal(whole.RejectedCount, rejections.Count);
            Assert.Equal(whole.Rejections.Take(8).Select(one => one.ToString()), rejections.Take(whole.Rejections.Count).Take(8));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Batches_WithLookAhead_FindsTheSameInTheSameOrder()
    {
        var detections = DetectionLoader.Load([RepositoryFiles.Detections], []);
        var (ahead, alone) = (new DetectionEngine(detections), new DetectionEngine(detections));
        var (looked, plain) = (new List<Finding>(), new List<Finding>());

        await Source(RepositoryFiles.SampleLog, 50_000, ahead.LookAhead).Batches.Do(batch => ahead.Detect(batch, looked)).ToTask();
        await Source(RepositoryFiles.SampleLog, 1 << 20, null).Batches.Do(batch => alone.Detect(batch, plain)).ToTask();

        Assert.NotEmpty(plain);
        Assert.Equal(plain.Select(finding => (finding.Id, finding.Summary)), looked.Select(finding => (finding.Id, finding.Summary)));
    }

    [Fact]
    public async Task Batches_LineLongerThanAnEventMayBe_LosesOnlyThatLine()
    {
        var path = _folder["long.log"];
        File.WriteAllText(path, $"{{\"auditID\":\"a\",\"user\":{{}},\"verb\":\"get\"}}\n{{\"auditID\":\"{new string('x', 40_000_000)}\",\"user\":{{}},\"verb\":\"get\"}}\n{{\"auditID\":\"b\",\"user\":{{}},\"verb\":\"get\"}}\n");

        var (events, rejections) = await ReadAsync(path, 1 << 20);

        Assert.Equal(["""{"auditID":"a","user":{},"verb":"get"}""", """{"auditID":"b","user":{},"verb":"get"}"""], events);
        Assert.EndsWith($"an event longer than {EventBatchReader.DefaultMaxEventBytes} bytes", Assert.Single(rejections), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_EmptyFile_GivesNothing()
    {
        File.WriteAllText(_folder["empty.log"], "");

        Assert.Empty((await ReadAsync(_folder["empty.log"], 100)).Events);
    }

    [Theory]
    [InlineData("missing.log")]
    [InlineData("")]
    public async Task Batches_FileThatCannotBeOpened_FailsNamingIt(string name)
    {
        var path = _folder[name];

        var problem = await Assert.ThrowsAsync<IOException>(() => ReadAsync(path, 100));

        Assert.StartsWith($"cannot read '{path}': ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_Left_ReadsNoFurther()
    {
        Assert.Equal(5, await Source(RepositoryFiles.SampleLog, 1, null).Batches.Take(5).Select(batch => batch.Count).Sum().ToTask());
    }

    public void Dispose() => _folder.Dispose();

    private LogFileSource Source(string path, int size, Action<EventBatch>? lookAhead) => new(path, _time, lookAhead) { PieceBytes = size };

    private async Task<(List<string> Events, List<string> Rejections)> ReadAsync(string path, int size)
    {
        var (events, rejections) = (new List<string>(), new List<string>());
        await Source(path, size, null).Batches.ForEachAsync(batch =>
        {
            for (var i = 0; i < batch.Count; i++)
            {
                events.Add(Encoding.UTF8.GetString(batch[i].Json));
            }

            rejections.AddRange(batch.Rejections.Select(rejection => rejection.ToString()));
            batch.Dispose();
        });
        return (events, rejections);
    }
}
