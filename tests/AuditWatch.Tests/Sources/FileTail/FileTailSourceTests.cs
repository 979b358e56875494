using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.Sources.FileTail;

/// <summary>A log that is followed, as it grows and changes its name. It is long because it is a list of what a writer can do to a file, ending with a property that draws from it; what rotations do is in RotationTests.</summary>
public class FileTailSourceTests
{
    private const string A = """{"auditID":"a","user":{},"verb":"get"}""";
    private const string B = """{"auditID":"b","user":{},"verb":"get"}""";
    private const string C = """{"auditID":"c","user":{},"verb":"get"}""";

    [Fact]
    public async Task Batches_FileGrows_GivesWhatIsAppended()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, "{\"auditID\":\"old\",\"user\":{},\"verb\":\"get\"}\n");
        tail.Start();

        File.AppendAllText(tail.Path, $"{A}\n{B}\n");
        tail.Poll();
        Assert.Equal([A, B], await tail.NextAsync(2));

        File.AppendAllText(tail.Path, $"{C}\n");
        tail.Poll();
        Assert.Equal([C], await tail.NextAsync(1));
        Assert.False(tail.HasMore);
    }

    [Fact]
    public async Task Batches_FromStart_GivesWhatIsThereToo()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, $"{A}\n");
        tail.Start(fromStart: true);

        Assert.Equal([A], await tail.NextAsync(1));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public async Task Batches_StartsWithinALine_GivesThatLineWhole(int lengthOfName)
    {
        using var tail = new TailHarness();
        var line = $$"""{"auditID":"{{new string('x', lengthOfName)}}","user":{},"verb":"get"}""";
        File.WriteAllText(tail.Path, $"{A}\n{line[..^5]}");
        tail.Start();

        File.AppendAllText(tail.Path, line[^5..] + "\n");
        tail.Poll();

        Assert.Equal([line], await tail.NextAsync(1));
    }

    [Fact]
    public async Task Batches_FileComesLater_IsReadFromItsStart()
    {
        using var tail = new TailHarness();
        tail.Start();
        tail.Poll();
        tail.Poll();

        File.WriteAllText(tail.Path, $"{A}\n");
        tail.Poll();

        Assert.Equal([A], await tail.NextAsync(1));
        Assert.Equal(1, tail.Log.CountOf("does not exist"));
    }

    [Fact]
    public async Task Batches_LineComesInParts_WaitsForItsEnd()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, "");
        tail.Start();

        File.AppendAllText(tail.Path, $"{A}\n{B[..7]}");
        tail.Poll();
        Assert.Equal([A], await tail.NextAsync(1));
        File.AppendAllText(tail.Path, B[7..12]);
        tail.Poll();
        File.AppendAllText(tail.Path, $"{B[12..]}\n{C}\n");
        tail.Poll();

        Assert.Equal([B, C], await tail.NextAsync(2));
    }

    [Fact]
    public async Task Batches_LineOfTenMegabytes_IsRead()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, "");
        tail.Start();
        var line = $$"""{"auditID":"{{new string('x', 10_000_000)}}","user":{},"verb":"get"}""";

        File.AppendAllText(tail.Path, $"{line}\n{A}\n");
        tail.Poll();

        Assert.Equal([line, A], await tail.NextAsync(2));
    }

    [Fact]
    public async Task Batches_Renamed_ReadsTheOldFileToItsEndFirst()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, "");
        tail.Start();
        File.AppendAllText(tail.Path, $"{A}\n");
        tail.Poll();
        await tail.NextAsync(1);

        File.Move(tail.Path, tail.Other("audit-1.log"));
        File.AppendAllText(tail.Other("audit-1.log"), $"{B}\n");
        File.WriteAllText(tail.Path, $"{C}\n");
        tail.Poll();

        Assert.Equal([B, C], await tail.NextAsync(2));
        Assert.Equal(1, tail.Log.CountOf("has been replaced"));
    }

    [Fact]
    public async Task Batches_NewFileStillEmpty_StaysWithTheOldOne()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, $"{A}\n");
        tail.Start(fromStart: true);
        await tail.NextAsync(1);

        File.Move(tail.Path, tail.Other("audit-1.log"));
        File.WriteAllText(tail.Path, "");
        tail.Poll();
        File.AppendAllText(tail.Other("audit-1.log"), $"{B}\n");
        tail.Poll();
        Assert.Equal([B], await tail.NextAsync(1));

        File.AppendAllText(tail.Other("audit-1.log"), $"{A}\n");
        File.AppendAllText(tail.Path, $"{C}\n");
        tail.Poll();
        Assert.Equal([A, C], await tail.NextAsync(2));
    }

    [Fact]
    public async Task Batches_RenamedWithinALine_RejectsThatLineOnly()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, $"{A}\n{B[..7]}");
        tail.Start(fromStart: true);
        await tail.NextAsync(1);

        File.Move(tail.Path, tail.Other("audit-1.log"));
        File.WriteAllText(tail.Path, $"{C}\n");
        tail.Poll();

        Assert.Equal(["rejected: the JSON ends too early", C], await tail.NextAsync(2));
    }

    [Fact]
    public async Task Batches_DeletedAndMadeAnew_ReadsTheNewFileFromItsStart()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, $"{A}\n");
        tail.Start(fromStart: true);
        await tail.NextAsync(1);

        File.Delete(tail.Path);
        tail.Poll();
        File.WriteAllText(tail.Path, $"{B}\n");
        tail.Poll();

        Assert.Equal([B], await tail.NextAsync(1));
    }

    [Fact]
    public async Task Batches_CutShort_ReadsTheFileFromItsStart()
    {
        using var tail = new TailHarness();
        File.WriteAllText(tail.Path, $"{A}\n{B}\n");
        tail.Start(fromStart: true);
        await tail.NextAsync(2);

        File.Copy(tail.Path, tail.Other("audit-1.log"));
        File.WriteAllText(tail.Path, $"{C}\n");
        tail.Poll();
        Assert.Equal([C], await tail.NextAsync(1));

        File.AppendAllText(tail.Path, $"{A}\n");
        tail.Poll();
        Assert.Equal([A], await tail.NextAsync(1));
        Assert.Equal(1, tail.Log.CountOf("has become shorter"));
    }

    [Fact]
    public async Task Batches_NotAFile_IsSaidOnceAndTriedAgain()
    {
        using var tail = new TailHarness();
        Directory.CreateDirectory(tail.Path);
        tail.Start(fromStart: true);
        tail.Poll();
        tail.Poll();

        Directory.Delete(tail.Path);
        File.WriteAllText(tail.Path, $"{A}\n");
        tail.Poll();

        Assert.Equal([A], await tail.NextAsync(1));
        Assert.Equal(1, tail.Log.CountOf("cannot be read"));
    }

    [Fact]
    public async Task Batches_SystemTellsOfChanges_NeedsNoPolling()
    {
        using var tail = new TailHarness();
        tail.Start(watch: true);

        File.WriteAllText(tail.Path, $"{A}\n");
        Assert.Equal([A], await tail.NextAsync(1));

        File.AppendAllText(tail.Path, $"{B}\n");
        Assert.Equal([B], await tail.NextAsync(1));

        File.Move(tail.Path, tail.Other("audit-1.log"));
        File.WriteAllText(tail.Path, $"{C}\n");
        Assert.Equal([C], await tail.NextAsync(1));
    }

    /// <summary>Lines written in pieces, with renames, in any order of writing and looking: each line once, in order.</summary>
    [Fact]
    public void Batches_AnyWritesAndRenames_GiveEveryLineOnce()
    {
        var steps =
            from lines in Gen.Choose(1, 5)
            from cut in Gen.Choose(0, 60)
            from renames in Gen.Elements(true, false)
            select (Lines: lines, Cut: cut, Renames: renames);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(LongForm.Of(25)),
            Prop.ForAll(steps.NonEmptyListOf().ToArbitrary(), script =>
            {
                using var tail = new TailHarness();
                File.WriteAllText(tail.Path, "");
                tail.Start();
                for (var (number, at) = (0, 0); at < script.Count; at++)
                {
                    var lines = Enumerable.Range(0, script[at].Lines).Select(_ => $$"""{"auditID":"{{number++}}","user":{},"verb":"get"}""").ToArray();
                    var text = string.Join('\n', lines) + "\n";
                    var cut = Math.Min(script[at].Cut, text.Length);
                    File.AppendAllText(tail.Path, text[..cut]);
                    tail.Poll();
                    if (script[at].Renames)
                    {
                        // The writer still has the old file open.
                        var old = tail.Other($"audit-{at}.log");
                        File.Move(tail.Path, old);
                        File.AppendAllText(old, text[cut..]);
                        File.WriteAllText(tail.Path, "{\"auditID\":\"new\",\"user\":{},\"verb\":\"get\"}\n");
                        lines = [.. lines, "{\"auditID\":\"new\",\"user\":{},\"verb\":\"get\"}"];
                    }
                    else
                    {
                        File.AppendAllText(tail.Path, text[cut..]);
                    }

                    tail.Poll();
                    Assert.Equal(lines, tail.NextAsync(lines.Length).GetAwaiter().GetResult());
                }

                Assert.False(tail.HasMore);
            }));
    }
}
