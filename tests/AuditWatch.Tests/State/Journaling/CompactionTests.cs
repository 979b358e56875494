using AuditWatch.State.Journaling;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Journaling;

public sealed class CompactionTests : IDisposable
{
    private readonly JournalHarness _journal = new();

    public CompactionTests() => _journal.Options = _journal.Options with { LeastDeadBytes = 10_000, SliceBytes = 1_000 };

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task CommitAsync_RecordsReplacedAgainAndAgain_FilesStaySmall()
    {
        await using (var journal = _journal.Open())
        {
            for (var i = 0; i < 2_000; i++)
            {
                await journal.CommitAsync(Changes.Of(("t", $"{i % 10}", $"{i}{new string('x', 100)}"), ("u", $"{i}", "x"), ("u", $"{i - 5}", null)));
            }

            await AssertCompactedAsync();
            Assert.InRange(Directory.EnumerateFiles(_journal.Directory).Sum(path => new FileInfo(path).Length), 1, 50_000);
        }

        Assert.Equal(Enumerable.Range(1_990, 10).Select(i => $"{i % 10}={i}{new string('x', 100)}"), await _journal.ReadAsync("t"));
        Assert.Equal(Enumerable.Range(1_995, 5).Select(i => $"{i}=x"), await _journal.ReadAsync("u"));
        Assert.Empty(_journal.Log.Lines);
    }

    [Fact]
    public async Task CommitAsync_DuringCompaction_IsNotHeldUpAndKept()
    {
        using var slice = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        await using (var journal = _journal.Open())
        {
            for (var i = 0; i < 20; i++)
            {
                await journal.CommitAsync(Changes.Of(("t", $"{i:00}", new string('a', 1_000))));
            }

            _journal.Files.Before = (operation, path) =>
            {
                if (operation == "write" && path.EndsWith(".tmp", StringComparison.Ordinal) && path.Contains("snapshot", StringComparison.Ordinal))
                {
                    slice.Release();
                    goOn.Wait();
                }
            };
            await journal.CommitAsync(Changes.Of(("t", "big", new string('b', 50_000))));
            await journal.CommitAsync(Changes.Of(("t", "big", null)));

            // One commit has its turn after each slice.
            for (var i = 0; i < 10; i++)
            {
                await slice.WaitAsync();
                var commit = journal.CommitAsync(Changes.Of(("t", $"{2 * i:00}", i % 2 == 0 ? null : "during")));
                Assert.False(commit.IsCompleted);
                goOn.Release();
                await commit;
            }

            goOn.Release(1_000);
            await AssertCompactedAsync();
            Assert.Equal(15, journal.Read("t").Count());
        }

        var expected = Enumerable.Range(0, 20).Where(i => i % 4 != 0).Select(i => i % 4 == 2 ? $"{i:00}=during" : $"{i:00}={new string('a', 1_000)}");
        Assert.Equal(expected, await _journal.ReadAsync());
    }

    [Fact]
    public async Task Read_FilesAreReplacedMeanwhile_GoesOnWithTheOldOnes()
    {
        await using var journal = _journal.Open();
        for (var i = 0; i < 10; i++)
        {
            await journal.CommitAsync(Changes.Of(("t", $"{i}", "before")));
        }

        using var records = journal.Read("t").GetEnumerator();
        Assert.True(records.MoveNext());
        await journal.CommitAsync(Changes.Of(Enumerable.Range(0, 10).Select(i => ("t", $"{i}", (string?)"after"))));
        await FillWithDeadAsync(journal);
        await AssertCompactedAsync();
        Assert.False(File.Exists(_journal[1]));

        for (var i = 1; i < 10; i++)
        {
            Assert.True(records.MoveNext());
            Assert.Equal($"{i}=before", Changes.Text(records.Current));
        }

        Assert.All(journal.Read("t").Select(Changes.Text), text => Assert.EndsWith("=after", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_JournalClosedMeanwhile_GoesOn()
    {
        var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "a", "1"), ("t", "b", "2")));
        using var records = journal.Read("t").GetEnumerator();
        Assert.True(records.MoveNext());
        await journal.DisposeAsync();

        Assert.True(records.MoveNext());
        Assert.Equal("b=2", Changes.Text(records.Current));
    }

    [Fact]
    public async Task Compaction_DiskFull_CommitsGoOnAndItIsTriedAgainLater()
    {
        await using var journal = _journal.Open();
        var failures = 0;
        _journal.Files.Before = (operation, path) =>
        {
            if (operation == "write" && path.Contains("snapshot", StringComparison.Ordinal))
            {
                failures++;
                throw new IOException("No space left on device");
            }
        };
        await journal.CommitAsync(Changes.Of(("t", "kept", "1")));
        for (var i = 0; i < 3; i++)
        {
            await FillWithDeadAsync(journal);
            await FillWithDeadAsync(journal);
            Assert.Equal(i + 1, failures);
            _journal.Time.Advance(Compactor.FailureInterval);
        }

        Assert.Null(journal.Problem);
        Assert.Equal([LogLevel.Error], _journal.Log.Lines.Select(line => line.Level));
        Assert.StartsWith($"Dead records cannot be removed from {_journal.Directory}", _journal.Log.Lines.Single().Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_journal.FileNames, name => name.EndsWith(".tmp", StringComparison.Ordinal));

        _journal.Files.Before = (_, _) => { };
        await FillWithDeadAsync(journal);
        await AssertCompactedAsync();
        Assert.Equal(1, _journal.Log.CountOf("are removed from"));
        Assert.Equal(["kept=1"], journal.Read("t").Select(Changes.Text));
    }

    [Fact]
    public async Task Compaction_NameOfSnapshotNotDurable_TakesItAway()
    {
        await using (var journal = _journal.Open())
        {
            _journal.Files.Before = (operation, _) =>
            {
                if (operation == "flush directory" && _journal.FileNames.Any(name => name.EndsWith(".snapshot", StringComparison.Ordinal)))
                {
                    throw new IOException("It is broken.");
                }
            };
            await journal.CommitAsync(Changes.Of(("t", "k", "1")));
            await FillWithDeadAsync(journal);
            for (var i = 0; i < 1_000 && _journal.Log.Lines.IsEmpty; i++)
            {
                await journal.CommitAsync(Changes.Of(("t", "k", "2")));
            }

            await journal.CommitAsync(Changes.Of(("t", "k", "3")));
            Assert.Equal(["0000000001.log", "0000000002.log"], _journal.FileNames);
        }

        Assert.Equal(["k=3"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task Open_SnapshotDamaged_IsRefused()
    {
        await CompactedAsync();
        var snapshot = Directory.EnumerateFiles(_journal.Directory, "*.snapshot").Single();
        var bytes = await File.ReadAllBytesAsync(snapshot);

        await File.WriteAllBytesAsync(snapshot, bytes[..^1]);
        Assert.StartsWith($"{snapshot} is damaged at byte {bytes.Length - 1}: it ends there", await _journal.RefusalAsync(), StringComparison.Ordinal);

        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(snapshot, bytes);
        Assert.StartsWith($"{snapshot} is damaged at byte 40: a checksum is wrong", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_LogAfterTheSnapshotMissing_IsRefused()
    {
        await CompactedAsync();
        var log = Directory.EnumerateFiles(_journal.Directory, "*.log").Single();
        File.Delete(log);

        Assert.StartsWith($"{log} is missing", await _journal.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compaction_RecordDamaged_IsNotCopied()
    {
        await using var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "k", "value")));
        await using (var file = new FileStream(_journal[1], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = file.Length - 1;
            file.WriteByte((byte)'x');
        }

        await FillWithDeadAsync(journal);
        await FillWithDeadAsync(journal);

        Assert.Contains("a record is not what was written", _journal.Log.Lines.Single().Text, StringComparison.Ordinal);
        Assert.True(File.Exists(_journal[1]));
    }

    private static async Task FillWithDeadAsync(Journal journal)
    {
        await journal.CommitAsync(Changes.Of(("dead", "k", new string('x', 20_000))));
        await journal.CommitAsync(Changes.Of(("dead", "k", null)));
    }

    private async Task CompactedAsync()
    {
        await using var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "k", "value")));
        await FillWithDeadAsync(journal);
        await AssertCompactedAsync();
    }

    // It goes on in the background; when it is done, what it replaces is gone.
    private async Task AssertCompactedAsync()
    {
        for (var i = 0; i < 1_000 && (_journal.FileNames.Count() > 2 || !_journal.FileNames.Any(name => name.EndsWith(".snapshot", StringComparison.Ordinal))); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        Assert.Equal([".log", ".snapshot"], _journal.FileNames.Select(name => Path.GetExtension(name)).Order());
    }
}
