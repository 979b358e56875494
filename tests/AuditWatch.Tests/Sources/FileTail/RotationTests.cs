using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Sources.FileTail;

/// <summary>Logs that are rotated while they are followed, and while nobody follows them. It is long because it is a list of what can happen to a log, ending with a property that draws from all of it.</summary>
public class RotationTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private int _written;

    [Fact]
    public async Task Batches_StoppedAndStarted_GivesOnlyWhatIsNew()
    {
        using var tail = new TailHarness();
        var first = Write(tail.Path, 3);
        tail.Start(fromStart: true);
        Assert.Equal(first, await tail.NextAsync(3));

        tail.Stop();
        var next = Write(tail.Path, 2);
        tail.Start(fromStart: true);

        Assert.Equal(next, await tail.NextAsync(2));
        Assert.False(tail.HasMore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Batches_StoppedBeforeAnythingWasRead_GivesWhatCameMeanwhile(bool exists)
    {
        using var tail = new TailHarness();
        if (exists)
        {
            Write(tail.Path, 3);
        }

        tail.Start();
        tail.Stop();
        var next = Write(tail.Path, 2);
        tail.Rename("audit-2026-11-21T01-00-00.000.log");
        next = [.. next, .. Write(tail.Path, 2)];
        tail.Start();

        Assert.Equal(next, await tail.NextAsync(4));
        Assert.False(tail.HasMore);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batches_RotatedSeveralTimesWhileStopped_ReadsOnThroughAllOfThem(bool compressed)
    {
        using var tail = new TailHarness();
        Write(tail.Path, 1);
        TailHarness.Compress(tail.Rename("audit-2026-11-20T01-00-00.000.log")); // Before anybody followed the log.
        var read = Write(tail.Path, 3);
        tail.Start(fromStart: true);
        await tail.NextAsync(read.Length);
        tail.Stop();

        var missed = new List<string>(Write(tail.Path, 2));
        foreach (var name in (string[])["audit-2026-11-21T01-00-00.000.log", "audit-2026-11-21T02-00-00.000.log", "audit-2026-11-21T03-00-00.000.log"])
        {
            var rotated = tail.Rename(name);
            missed.AddRange(Write(tail.Path, 2));
            if (compressed)
            {
                TailHarness.Compress(rotated);
            }
        }

        tail.Start();

        Assert.Equal(missed, await tail.NextAsync(missed.Count));
        Assert.False(tail.HasMore);
        Assert.Equal(3, tail.Log.CountOf("has been replaced"));
        Assert.Equal(0, tail.Log.CountOf("lost"));
    }

    [Fact]
    public async Task Batches_RotatedSeveralTimesBetweenTwoLooks_ReadsAllOfThemInOrder()
    {
        using var tail = new TailHarness();
        var lines = new List<string>(Write(tail.Path, 1));
        tail.Start(fromStart: true);
        for (var rotation = 3; rotation > 0; rotation--)
        {
            lines.AddRange(Write(tail.Path, 2));
            tail.Rename($"audit.log.{rotation}"); // So called, their names say nothing of their order.
        }

        lines.AddRange(Write(tail.Path, 1));
        tail.Poll();

        Assert.Equal(lines, await tail.NextAsync(lines.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batches_CopiedAndCutShort_ReadsTheRestInTheCopy(bool compressed)
    {
        using var tail = new TailHarness();
        var lines = Write(tail.Path, 5);
        tail.Start(fromStart: true);
        await tail.NextAsync(5);

        lines = Write(tail.Path, 3);
        tail.CopyAndTruncate("audit.log.1");
        if (compressed)
        {
            TailHarness.Compress(tail.Other("audit.log.1"));
        }

        lines = [.. lines, .. Write(tail.Path, 1)];
        tail.Poll();

        Assert.Equal(lines, await tail.NextAsync(4));
        Assert.Equal(1, tail.Log.CountOf("has become shorter"));
    }

    [Fact]
    public async Task Batches_CutShortAndOutgrown_ReadsTheFileFromItsStart()
    {
        using var tail = new TailHarness();
        Write(tail.Path, 2);
        tail.Start(fromStart: true);
        await tail.NextAsync(2);

        File.Delete(tail.Other("audit.log.1"));
        using (new FileStream(tail.Path, FileMode.Truncate))
        {
        }

        var lines = Write(tail.Path, 50);
        tail.Poll();

        Assert.Equal(lines, await tail.NextAsync(50));
    }

    [Fact]
    public async Task Batches_CutShortWhileStopped_ReadsTheCopyThenTheFile()
    {
        using var tail = new TailHarness();
        Write(tail.Path, 5);
        tail.Start(fromStart: true);
        await tail.NextAsync(5);
        tail.Stop();

        var lines = Write(tail.Path, 3);
        tail.CopyAndTruncate("audit.log-20261121");
        lines = [.. lines, .. Write(tail.Path, 20)];
        tail.Start();

        Assert.Equal(lines, await tail.NextAsync(23));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batches_EndCutOff_ReadsTheFileFromItsStart(bool whileStopped)
    {
        using var tail = new TailHarness();
        var lines = Write(tail.Path, 30);
        tail.Start(fromStart: true);
        await tail.NextAsync(30);

        if (whileStopped)
        {
            tail.Stop();
        }

        using (var log = new FileStream(tail.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            log.SetLength(lines.Take(20).Sum(line => line.Length + 1));
        }

        lines = [.. lines[..20], .. Write(tail.Path, 1)];
        if (whileStopped)
        {
            tail.Start();
        }

        tail.Poll();

        Assert.Equal(lines, await tail.NextAsync(21));
        Assert.False(tail.HasMore);
    }

    /// <summary>As kube-apiserver's log backend does: its new files are not opened for appending.</summary>
    [Fact]
    public async Task Batches_CutShortUnderAWriterWhoGoesOnWhereHeWas_PassesOverTheHole()
    {
        using var tail = new TailHarness();
        using var writer = new FileStream(tail.Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var line = Line();
        writer.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        tail.Start(fromStart: true);
        Assert.Equal([line], await tail.NextAsync(1));

        tail.CopyAndTruncate("audit.log.1");
        tail.Poll();
        line = Line();
        writer.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        tail.Poll();

        Assert.Equal([line], await tail.NextAsync(1));
    }

    [Fact]
    public async Task Batches_WaitingFileDeleted_CountsAndSaysWhatIsLost()
    {
        using var tail = new TailHarness();
        using var lost = new FileCount("auditwatch.file.lost", tail.Path);
        Write(tail.Path, 1);
        tail.Start(fromStart: true);
        await tail.NextAsync(1);
        tail.Stop();

        Write(tail.Path, 1);
        tail.Rename("audit-2026-11-21T01-00-00.000.log");
        Write(tail.Path, 1);
        var waiting = tail.Rename("audit-2026-11-21T02-00-00.000.log");
        var last = Write(tail.Path, 1);
        tail.WhenSeen = _ => File.Delete(waiting);
        tail.Start();

        Assert.Equal(last[0], (await tail.NextAsync(2))[1]);
        Assert.Equal(1, lost.Total);
        Assert.Equal(1, tail.Log.CountOf("audit-2026-11-21T02-00-00.000.log"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batches_CutShortWithoutACopyAfterItWasReadToItsEnd_IsNoLoss(bool whileStopped)
    {
        using var tail = new TailHarness();
        using var lost = new FileCount("auditwatch.file.lost", tail.Path);
        using var truncations = new FileCount("auditwatch.file.truncations", tail.Path);
        Write(tail.Path, 5);
        tail.Start(fromStart: true);
        await tail.NextAsync(5);
        if (whileStopped)
        {
            tail.Stop();
        }

        CutShort(tail);
        var lines = Write(tail.Path, 2);
        if (whileStopped)
        {
            tail.Start();
        }

        tail.Poll();

        Assert.Equal(lines, await tail.NextAsync(2));
        Assert.Equal((0, 1), (lost.Total, truncations.Total));
        Assert.Equal(0, tail.Log.CountOf("may be lost"));
    }

    [Fact]
    public async Task Batches_CutShortWithoutACopyBeforeItWasReadToItsEnd_IsALoss()
    {
        using var tail = new TailHarness();
        using var lost = new FileCount("auditwatch.file.lost", tail.Path);
        using var bytes = new FileCount("auditwatch.file.lost_bytes", tail.Path);
        var line = Line();
        File.WriteAllText(tail.Path, line + "\n" + line[..50]);
        tail.Start(fromStart: true);
        Assert.Equal([line], await tail.NextAsync(1));
        tail.Stop();

        CutShort(tail);
        var lines = Write(tail.Path, 2);
        tail.Start();

        Assert.Equal(lines, await tail.NextAsync(2));
        Assert.Equal(1, lost.Total);
        Assert.InRange(bytes.Total, 50, 51);
        Assert.Equal(1, tail.Log.CountOf("may be lost"));
    }

    [Fact]
    public async Task Batches_WaitingFileInWhichNothingWasIsGone_IsNoLoss()
    {
        using var tail = new TailHarness();
        using var lost = new FileCount("auditwatch.file.lost", tail.Path);
        Write(tail.Path, 1);
        tail.Start(fromStart: true);
        await tail.NextAsync(1);
        tail.Stop();

        var lines = Write(tail.Path, 1);
        tail.Rename("audit-2026-11-21T01-00-00.000.log");
        File.WriteAllText(tail.Path, "");
        var next = Line();
        File.WriteAllText(tail.Other("next"), next + "\n");
        tail.WhenSeen = batch =>
        {
            if (batch.Count > 0 && File.Exists(tail.Other("next")))
            {
                File.Move(tail.Other("next"), tail.Path, overwrite: true);
            }
        };
        tail.Start();

        lines = [.. lines, next];
        Assert.Equal(lines, await tail.NextAsync(2));
        Assert.Equal(0, lost.Total);
        Assert.Equal(0, tail.Log.CountOf("lost"));
    }

    [Fact]
    public async Task Batches_FileOfTheCheckpointDeleted_SaysSoAndReadsWhatWasBegunLater()
    {
        using var tail = new TailHarness();
        Write(tail.Path, 1);
        tail.Rename("audit-2026-11-20T01-00-00.000.log");
        _written += 60;
        Write(tail.Path, 1);
        tail.Start(fromStart: true);
        await tail.NextAsync(1);
        tail.Stop();

        File.Delete(tail.Rename("audit-2026-11-21T01-00-00.000.log"));
        var lines = Write(tail.Path, 2);
        tail.Rename("audit-2026-11-21T02-00-00.000.log");
        lines = [.. lines, .. Write(tail.Path, 1)];
        tail.Start();

        Assert.Equal(lines, await tail.NextAsync(3));
        Assert.False(tail.HasMore);
        Assert.Equal(1, tail.Log.CountOf("may be lost"));
    }

    [Fact]
    public async Task Batches_CompressedFileDamaged_RejectsItsEndAndGoesOn()
    {
        using var tail = new TailHarness();
        Write(tail.Path, 1);
        tail.Start(fromStart: true);
        await tail.NextAsync(1);
        tail.Stop();

        var lines = Write(tail.Path, 2);
        var rotated = tail.Rename("audit-2026-11-21T01-00-00.000.log");
        TailHarness.Compress(rotated);
        var bytes = File.ReadAllBytes(rotated + ".gz");
        File.WriteAllBytes(rotated + ".gz", bytes[..^4]);
        lines = [.. lines, "rejected: the compressed data are damaged or cut short here; what comes before is used", .. Write(tail.Path, 1)];
        tail.Start();

        Assert.Equal(lines, await tail.NextAsync(4));
    }

    [Fact]
    public async Task Batches_StoppedWithinAnEventList_GivesTheWholeListAgain()
    {
        using var tail = new TailHarness();
        Write(tail.Path, 1);
        tail.Start(fromStart: true);
        await tail.NextAsync(1);
        var list = Enumerable.Range(0, 3).Select(_ => Line(padding: 900_000)).ToArray();
        File.AppendAllText(tail.Path, $$"""{"kind":"EventList","items":[{{string.Join(',', list)}}""");
        tail.Poll();
        await tail.NextAsync(3);
        tail.Stop();

        File.AppendAllText(tail.Path, "]}\n");
        tail.Start();

        Assert.Equal(list, await tail.NextAsync(3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("""{"offset":-1}""")]
    public async Task Batches_CheckpointNobodyUnderstands_ReadsEverything(string value)
    {
        using var tail = new TailHarness();
        var lines = Write(tail.Path, 1);
        tail.Rename("audit-2026-11-21T01-00-00.000.log");
        lines = [.. lines, .. Write(tail.Path, 1)];
        tail.Checkpoint = new("file:" + tail.Path, System.Text.Encoding.UTF8.GetBytes(value));
        tail.Start();

        Assert.Equal(lines, await tail.NextAsync(2));
        Assert.Equal(1, tail.Log.CountOf("cannot be understood"));
    }

    /// <summary>Lines, looks, rotations of every kind and restarts, in any order: each line once, in order.</summary>
    [Fact]
    public void Batches_AnythingThatHappensToALog_GivesEveryLineOnce()
    {
        var number = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(LongForm.Of(200)),
            Prop.ForAll(Gen.Elements("write", "write", "look", "rename", "rename", "copy", "compress", "restart").NonEmptyListOf().ToArbitrary(), script =>
            {
                using var tail = new TailHarness();
                var lines = new List<string>();
                var rotated = new Queue<string>();
                Write(tail.Path, 1);
                tail.Start(fromStart: true);
                tail.NextAsync(1).GetAwaiter().GetResult();
                foreach (var step in script)
                {
                    number++;
                    switch (step)
                    {
                        case "write":
                            lines.AddRange(Write(tail.Path, 1 + (number % 30)));
                            break;
                        case "look":
                            tail.Poll();
                            break;
                        case "rename":
                            rotated.Enqueue(tail.Rename($"audit-20261121-{number}.log"));
                            lines.AddRange(Write(tail.Path, 1));
                            break;
                        case "copy":
                            tail.CopyAndTruncate($"audit.log.{number}");
                            rotated.Enqueue(tail.Other($"audit.log.{number}"));
                            lines.AddRange(Write(tail.Path, 1));
                            break;
                        case "compress" when rotated.TryDequeue(out var path):
                            TailHarness.Compress(path);
                            break;
                        case "restart":
                            tail.Stop();
                            tail.Start();
                            break;
                    }
                }

                tail.Poll();
                Assert.Equal(lines, tail.NextAsync(lines.Count).GetAwaiter().GetResult());
                Assert.False(tail.HasMore);
            }));
    }

    private string[] Write(string path, int count)
    {
        var lines = Enumerable.Range(0, count).Select(_ => Line()).ToArray();
        File.AppendAllText(path, string.Join('\n', lines) + "\n");
        return lines;
    }

    private string Line(int padding = 150) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"auditID":"{{++_written}}","user":{},"stageTimestamp":"{{Epoch.AddSeconds(_written):yyyy-MM-dd'T'HH:mm:ss'Z'}}","verb":"{{new string('x', padding)}}"}""");

    private static void CutShort(TailHarness tail)
    {
        using var log = new FileStream(tail.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        log.SetLength(0);
    }
}
