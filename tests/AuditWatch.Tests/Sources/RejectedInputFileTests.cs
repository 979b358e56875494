using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public sealed class RejectedInputFileTests : IDisposable
{
    private const string Secret = """{"kind":"Secret","data":{"password":"cAnArY"}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<RejectedInputFile> _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Rejections_SaysWhereToFindThemAndNotWhatTheyHold()
    {
        var file = Open(RejectedInputOptions.DefaultMaxBytes, out var path);

        file.Write(Batch($"{{\"auditID\":\"a\",\"user\":{{}},\"verb\":\"get\"}}\n{Secret}\n"));

        using var letter = JsonDocument.Parse(Assert.Single(File.ReadAllLines(path)));
        Assert.Equal(
            ("2026-11-21T00:00:00+00:00", "webhook", "prod", 2, 1, 39, Secret.Length),
            (Text("time"), Text("source"), Text("cluster"), Number("line"), Number("column"), Number("offset"), Number("length")));
        Assert.Equal("a JSON object without auditID and stage: not an audit event", Text("reason"));
        Assert.Equal(RejectedPiece.Of(39, Encoding.UTF8.GetBytes(Secret)).Sha256, Text("sha256"));
        Assert.DoesNotContain("cAnArY", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        string? Text(string name) => letter.RootElement.GetProperty(name).GetString();
        int Number(string name) => letter.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Write_NothingRejected_WritesNothing()
    {
        var file = Open(RejectedInputOptions.DefaultMaxBytes, out var path);

        file.Write(Batch("{\"auditID\":\"a\",\"user\":{},\"verb\":\"get\"}"));

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Write_ManyOfAKind_CountsTheRest()
    {
        var file = Open(RejectedInputOptions.DefaultMaxBytes, out var path);

        file.Write(Batch(string.Concat(Enumerable.Repeat("x\n", 1_000))));

        var lines = File.ReadAllLines(path);
        Assert.Equal(9, lines.Length);
        Assert.Contains("\"more\":992", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ForEver_KeepsTheLastInBoundedSpace()
    {
        var file = Open(RejectedInputOptions.MinBytes, out var path);
        for (var i = 0; i < 2_000; i++)
        {
            file.Write(Batch($"{new string('\n', i)}x"));
        }

        Assert.InRange(_folder.Info.GetFiles().Sum(one => one.Length), RejectedInputOptions.MinBytes / 2, RejectedInputOptions.MinBytes);
        Assert.Equal(2, _folder.Info.GetFiles().Length);
        Assert.Contains("\"line\":2000,", File.ReadAllLines(path)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CannotBeWritten_IsLoggedOnceAndNoReasonToStop()
    {
        var file = new RejectedInputFile(new RejectedInputOptions(Path.Combine(_folder.FullName, "missing", "rejected.jsonl")), new VirtualTime(), _log);

        file.Write(Batch("x"));
        file.Write(Batch("x"));

        Assert.Equal(1, _log.CountOf("cannot be noted"));
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The memory of a batch may go to the collector.")]
    private static EventBatch Batch(string text)
    {
        var batch = new EventBatch(new EventOrigin("webhook", "prod"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(text));
        new AuditEventReader("webhook").Read(batch, isFinal: true);
        return batch;
    }

    private RejectedInputFile Open(long maxBytes, out string path)
    {
        path = Path.Combine(_folder.FullName, "rejected.jsonl");
        return new RejectedInputFile(new RejectedInputOptions(path, maxBytes), new VirtualTime(), _log);
    }
}
