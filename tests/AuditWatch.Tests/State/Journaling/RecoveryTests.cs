using AuditWatch.State.Journaling;

namespace AuditWatch.Tests.State.Journaling;

public sealed class RecoveryTests : IDisposable
{
    private readonly JournalHarness _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Open_CutAtEveryByte_HasTheCommitsBeforeIt()
    {
        var ends = await WriteThreeAsync();

        for (var length = JournalHarness.Header; length <= ends[^1]; length++)
        {
            using var torn = _journal.Copy();
            SetLength(torn[1], length);
            var whole = ends.Count(end => end <= length);

            Assert.Equal(Enumerable.Range(0, whole).Select(i => $"k{i}=v{i}"), await torn.ReadAsync());
            var cut = length - ends.Where(end => end <= length).DefaultIfEmpty(JournalHarness.Header).Max();
            Assert.Equal(cut == 0 ? 0 : 1, torn.Log.CountOf($"cut off the last {cut} bytes"));
            Assert.Equal(cut == 0 ? 0 : 1, torn.Log.Lines.Count);

            // What is written next is found behind what was left.
            await torn.WriteAsync(("t", "next", "n"));
            Assert.Equal(whole + 1, (await torn.ReadAsync()).Count);
        }
    }

    [Fact]
    public async Task Open_AnyBitOfTheLastFrameWrong_LeavesItOut()
    {
        var ends = await WriteThreeAsync();

        for (var offset = ends[1]; offset < ends[2]; offset++)
        {
            using var damaged = _journal.Copy();
            Flip(damaged[1], offset);

            Assert.Equal(["k0=v0", "k1=v1"], await damaged.ReadAsync());
        }
    }

    [Fact]
    public async Task Open_AnyBitOfAnEarlierFrameWrong_IsRefused()
    {
        var ends = await WriteThreeAsync();

        for (var offset = JournalHarness.Header; offset < ends[1]; offset++)
        {
            using var damaged = _journal.Copy();
            Flip(damaged[1], offset);
            var before = await File.ReadAllBytesAsync(damaged[1]);

            var start = offset < ends[0] ? JournalHarness.Header : ends[0];
            Assert.StartsWith($"{damaged[1]} is damaged at byte {start}: a checksum is wrong. Restore the directory {damaged.Directory} from a backup", await damaged.RefusalAsync(), StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(damaged[1]));
        }
    }

    [Fact]
    public async Task Open_AnyBitOfTheHeaderWrong_IsRefused()
    {
        await WriteThreeAsync();

        for (var offset = 0; offset < JournalHarness.Header; offset++)
        {
            using var damaged = _journal.Copy();
            Flip(damaged[1], offset);

            Assert.StartsWith(damaged[1], await damaged.RefusalAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFF)]
    public async Task Open_EndIsFilledUp_CutsThatOff(byte filling)
    {
        var ends = await WriteThreeAsync();
        await using (var file = File.Open(_journal[1], FileMode.Append))
        {
            file.Write(Enumerable.Repeat(filling, 5000).ToArray());
        }

        Assert.Equal(3, (await _journal.ReadAsync()).Count);
        Assert.Equal(ends[^1], new FileInfo(_journal[1]).Length);
    }

    [Fact]
    public async Task Open_FirstFrameOfTheLastWriteTorn_CutsOffTheWholeWrite()
    {
        var start = await WriteTogetherAsync(5);
        Flip(_journal[1], start + Frame.HeaderSize);

        Assert.Equal(["alone=x"], await _journal.ReadAsync());
        Assert.Equal(start, new FileInfo(_journal[1]).Length);
    }

    [Fact]
    public async Task Open_TornCommitHoldsFramesOfItsOwnMaking_TakesThemForNothing()
    {
        await _journal.WriteAsync(("t", "k0", "v0"));
        var start = new FileInfo(_journal[1]).Length;
        var value = new MemoryStream();
        for (var i = 0; i < 200; i++)
        {
            var forged = Frame.Encode(Changes.Of(("t", "forged", "x")).All);
            Frame.Place(forged, salt: (uint)(i % 2), start + i, writeStart: start + i);
            value.Write(forged);
        }

        await using (var journal = _journal.Open())
        {
            var changes = new AuditWatch.State.StateChanges();
            changes.Put("t", "k1", value.ToArray());
            await journal.CommitAsync(changes);
        }

        Flip(_journal[1], start);

        Assert.Equal(["k0=v0"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task Open_ForeignFileOfSuchAName_IsRefused()
    {
        Directory.CreateDirectory(_journal.Directory);
        await File.WriteAllTextAsync(_journal[1], "These are the notes of somebody else, and they are long enough.");

        Assert.StartsWith($"{_journal[1]} is not a file of AuditWatch's state, though it has such a name.", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OtherFiles_AreLeftAlone()
    {
        Directory.CreateDirectory(Path.Combine(_journal.Directory, "lost+found"));
        var names = new[] { "notes.txt", "1.log", "x.tmp", "0000000001.log.bak" };
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(Path.Combine(_journal.Directory, name), "notes");
        }

        await _journal.WriteAsync(("t", "a", "1"));

        Assert.Equal(["a=1"], await _journal.ReadAsync());
        Assert.All(names, name => Assert.Equal("notes", File.ReadAllText(Path.Combine(_journal.Directory, name))));
    }

    [Fact]
    public async Task Open_OtherVersion_IsRefused()
    {
        await WriteThreeAsync();
        Flip(_journal[1], 8, 0b11);

        Assert.StartsWith($"{_journal[1]} has version 2 of the format; this program reads version 1.", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_LogUnderAnotherName_IsRefused()
    {
        await WriteThreeAsync();
        File.Copy(_journal[1], _journal[2]);

        Assert.StartsWith($"{_journal[2]} was named 0000000001.log when it was written.", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_LogMissing_IsRefused(int missing)
    {
        await WriteLogsAsync(3);
        File.Delete(_journal[missing]);

        Assert.StartsWith($"{_journal[missing]} is missing", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_EarlierLogCutOff_IsRefused()
    {
        await WriteLogsAsync(2);
        var length = new FileInfo(_journal[1]).Length;
        SetLength(_journal[1], length - 1);

        Assert.StartsWith($"{_journal[1]} is damaged at byte {length - 1}: it ends there and not at byte {length}.", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_EarlierLogDamagedAtItsEnd_IsRefused()
    {
        await WriteLogsAsync(2);
        Flip(_journal[1], new FileInfo(_journal[1]).Length - 1);

        Assert.StartsWith($"{_journal[1]} is damaged at byte 40: a checksum is wrong.", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_RecordDamagedMeanwhile_SaysSo()
    {
        await using var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "k", "value")));
        Flip(_journal[1], new FileInfo(_journal[1]).Length - 1);

        var problem = Assert.ThrowsAny<IOException>(() => journal.Read("t").ToList());
        Assert.StartsWith($"{_journal[1]} is damaged at byte {new FileInfo(_journal[1]).Length - 5}: a record is not what was written.", problem.Message, StringComparison.Ordinal);
    }

    private static void Flip(string path, long offset, byte bits = 1)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, offset);
        one[0] ^= bits;
        RandomAccess.Write(file, one, offset);
    }

    private static void SetLength(string path, long length)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, length);
    }

    // Three commits, and where each ends.
    private async Task<List<long>> WriteThreeAsync()
    {
        var ends = new List<long>();
        await using var journal = _journal.Open();
        for (var i = 0; i < 3; i++)
        {
            await journal.CommitAsync(Changes.Of(("t", $"k{i}", $"v{i}")));
            ends.Add(new FileInfo(_journal[1]).Length);
        }

        return ends;
    }

    // A commit that is written alone, then several with one write; where that one begins.
    private async Task<long> WriteTogetherAsync(int commits)
    {
        using var writing = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var starts = new List<long>();
        await using var journal = _journal.Open();
        _journal.Files.Before = (operation, path) =>
        {
            if (operation == "write")
            {
                starts.Add(new FileInfo(path).Length);
                writing.Release();
                goOn.Wait();
            }
        };
        var first = journal.CommitAsync(Changes.Of(("t", "alone", "x")));
        await writing.WaitAsync();
        var together = Enumerable.Range(0, commits).Select(i => journal.CommitAsync(Changes.Of(("t", $"together{i}", "x")))).ToArray();
        goOn.Set();
        await Task.WhenAll([first, .. together]);
        Assert.Equal(2, starts.Count);
        return starts[1];
    }

    // Several logs of one commit each: after a failure to flush, the next one begins.
    private async Task WriteLogsAsync(int logs)
    {
        await using var journal = _journal.Open();
        for (var i = 0; i < logs; i++)
        {
            var fails = i > 0;
            _journal.Files.Before = (operation, _) =>
            {
                if (operation == "flush" && fails)
                {
                    fails = false;
                    throw new IOException("it is broken");
                }
            };
            var commit = journal.CommitAsync(Changes.Of(("t", $"k{i}", "x")));
            if (i > 0)
            {
                await _journal.Time.NextWaitAsync(except: TimeSpan.Zero);
                _journal.Time.Advance(JournalWriter.RetryInterval);
            }

            await commit;
        }

        _journal.Files.Before = (_, _) => { };
    }
}
