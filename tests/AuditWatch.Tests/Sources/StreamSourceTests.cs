using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class StreamSourceTests
{
    [Fact]
    public async Task Batches_File_GivesItsEventsAndEnds()
    {
        var source = FileSource.Of(RepositoryFiles.SampleLog);

        Assert.Equal(1658, await source.Batches.Select(Count).Sum().ToTask());
        Assert.Equal(new FileInfo(RepositoryFiles.SampleLog).Length, source.BytesRead);
    }

    [Fact]
    public async Task Batches_EndWithinAnEvent_RejectsItAndEnds()
    {
        var source = new StreamSource(new EventOrigin("stdin"), () => new MemoryStream("{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\"}\n{\"audit"u8.ToArray()), TimeProvider.System);

        Assert.Equal([0L, 1L], await source.Batches.Select(batch => batch.RejectedCount).ToList().ToTask());
    }

    [Fact]
    public async Task Batches_SeveralFiles_ComeOneAfterTheOther()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["1.log"], "{\"auditID\":\"1\",\"user\":{},\"verb\":\"get\"}");
        File.WriteAllText(folder["2.log"], "{\"auditID\":\"2\",\"user\":{},\"verb\":\"get\"}");

        var sources = new[] { "1.log", "2.log" }.Select(name => FileSource.Of(folder[name]).Batches);

        Assert.Equal(["1.log", "2.log"], await sources.Concat().Select(batch => Path.GetFileName(batch.Origin.Source)).ToList().ToTask());
    }

    [Theory]
    [InlineData("missing.log")]
    [InlineData("")]
    public async Task Batches_FileThatCannotBeOpened_FailsNamingIt(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder[name];

        var problem = await Assert.ThrowsAsync<IOException>(() => FileSource.Of(path).Batches.Select(Count).Sum().ToTask());

        Assert.StartsWith($"cannot read '{path}': ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_Disposed_ReadsNoFurther()
    {
        var lines = Enumerable.Repeat("{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\"}\n"u8.ToArray(), 100_000).ToList();
        var total = lines.Sum(line => line.Length);
        using var ended = new ManualResetEventSlim();
        var stream = new PiecewiseStream(lines) { Closed = ended.Set };
        var source = new StreamSource(new EventOrigin("endless"), () => stream, TimeProvider.System);

        Assert.Equal(5, await source.Batches.Select(Count).Take(5).Sum().ToTask());

        Assert.True(ended.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(source.BytesRead < total, $"{source.BytesRead} bytes read");
    }

    private static int Count(EventBatch batch)
    {
        using (batch)
        {
            return batch.Count;
        }
    }
}
