using AuditWatch.State.Journaling;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Tests.State.Journaling;

public sealed class WriteFailureTests : IDisposable
{
    private readonly JournalHarness _journal = new();

    public void Dispose() => _journal.Dispose();

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    public async Task CommitAsync_DiskFailsForAWhile_CompletesAfterwards(string failing)
    {
        await using (var journal = _journal.Open())
        {
            await journal.CommitAsync(Changes.Of(("t", "a", "1")));
            Assert.Null(journal.Problem);
            FailAt(failing);
            var first = journal.CommitAsync(Changes.Of(("t", "b", "1")));
            for (var i = 0; i < 3; i++)
            {
                await NextRetryAsync();
                Assert.False(first.IsCompleted);
                Assert.Equal($"The state in {_journal.Directory} cannot be written: No space left on device. Free space on the volume, or repair it.", journal.Problem);
                _journal.Time.Advance(JournalWriter.RetryInterval);
            }

            await NextRetryAsync();
            var second = journal.CommitAsync(Changes.Of(("t", "c", "1")));
            Assert.Equal(["a=1", "b=1", "c=1"], journal.Read("t").Select(Changes.Text));
            FailAt(null);
            _journal.Time.Advance(JournalWriter.RetryInterval);
            await Task.WhenAll(first, second);

            Assert.Null(journal.Problem);
            Assert.Equal(["a=1", "b=1", "c=1"], journal.Read("t").Select(Changes.Text));
            Assert.Equal(["0000000001.log", "0000000002.log"], _journal.FileNames);
            Assert.Equal([LogLevel.Error, LogLevel.Information], _journal.Log.Lines.Select(line => line.Level));
            await journal.CommitAsync(Changes.Of(("t", "d", "1")));
        }

        Assert.Equal(["a=1", "b=1", "c=1", "d=1"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task CommitAsync_FailsAgainLater_IsLoggedAgain()
    {
        await using var journal = _journal.Open();
        for (var i = 0; i < 2; i++)
        {
            FailAt("flush");
            var commit = journal.CommitAsync(Changes.Of(("t", "a", $"{i}")));
            await NextRetryAsync();
            FailAt(null);
            _journal.Time.Advance(JournalWriter.RetryInterval);
            await commit;
        }

        Assert.Equal(2, _journal.Log.CountOf("cannot be written"));
        Assert.Equal(2, _journal.Log.CountOf("can be written again"));
    }

    [Fact]
    public async Task CommitAsync_WritesAPartAndFails_GivesTheRoomBack()
    {
        _journal.Files.WrittenByFailure = 10;
        await using var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "a", "1")));
        var length = new FileInfo(_journal[1]).Length;
        FailAt("write");
        var commit = journal.CommitAsync(Changes.Of(("t", "b", "1")));
        await NextRetryAsync();

        Assert.Equal(length, new FileInfo(_journal[1]).Length);
        FailAt(null);
        _journal.Time.Advance(JournalWriter.RetryInterval);
        await commit;
    }

    [Fact]
    public async Task Open_WhatFailedIsStillInTheOldLog_DoesNotCount()
    {
        await using (var journal = _journal.Open())
        {
            await journal.CommitAsync(Changes.Of(("t", "a", "1")));

            // The write reaches the file and cannot be taken back: as if it came to the disk after all.
            FailAt("flush", "cut");
            var commit = journal.CommitAsync(Changes.Of(("t", "a", "2")));
            await NextRetryAsync();
            FailAt(null);
            _journal.Time.Advance(JournalWriter.RetryInterval);
            await commit;
            await journal.CommitAsync(Changes.Of(("t", "a", "3")));
        }

        Assert.True(new FileInfo(_journal[1]).Length > new FileInfo(_journal[2]).Length / 2);
        Assert.Equal(["a=3"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task CommitAsync_NewLogFails_StartsItAgain()
    {
        await using (var journal = _journal.Open())
        {
            await journal.CommitAsync(Changes.Of(("t", "a", "1")));
            foreach (var failing in new[] { "flush", "create", "write", "move", "flush directory", "write" })
            {
                FailAt(failing);
                if (failing == "flush")
                {
                    _ = journal.CommitAsync(Changes.Of(("t", "b", "1")));
                }
                else
                {
                    _journal.Time.Advance(JournalWriter.RetryInterval);
                }

                await NextRetryAsync();
            }

            FailAt(null);
            var commit = journal.CommitAsync(Changes.Of(("t", "c", "1")));
            _journal.Time.Advance(JournalWriter.RetryInterval);
            await commit;
            Assert.Equal(["0000000001.log", "0000000002.log"], _journal.FileNames);
        }

        Assert.Equal(["a=1", "b=1", "c=1"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task CommitAsync_RecordsReachTheLimit_HoldsUpAndSaysSo()
    {
        _journal.Options = _journal.Options with { MaxBytes = 100_000, LeastDeadBytes = 1_000 };
        var journal = _journal.Open();
        var committed = 0;
        var wait = NextRetryAsync();
        Task commit;
        while (true)
        {
            commit = journal.CommitAsync(Changes.Of(("t", $"{committed}", new string('x', 1000))));
            if (await Task.WhenAny(commit, wait) == wait)
            {
                break;
            }

            committed++;
        }

        Assert.Equal(JournalWriter.RetryInterval, await wait);
        Assert.InRange(committed, 35, 50);
        Assert.False(commit.IsCompleted);
        Assert.Matches($"^The state in {_journal.Directory} is full: its records take [0-9]+ bytes and 1[0-9]{{3}} more wait, which is too much for a limit of 100000 bytes.* Raise the limit and start again\\.$", journal.Problem);
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);

        _journal.Options = _journal.Options with { MaxBytes = 200_000 };
        await _journal.WriteAsync(("t", "more", "x"));
        Assert.Equal(committed + 1, (await _journal.ReadAsync()).Count);
    }

    [Fact]
    public async Task CommitAsync_DeadRecordsReachTheLimit_AreRemovedInTime()
    {
        _journal.Options = _journal.Options with { MaxBytes = 100_000, LeastDeadBytes = 1_000_000 };
        await using var journal = _journal.Open();
        var largest = 0L;
        _journal.Files.Before = (_, _) => largest = Math.Max(largest, Directory.EnumerateFiles(_journal.Directory).Sum(Length));
        for (var i = 0; i < 1000; i++)
        {
            await journal.CommitAsync(Changes.Of(("t", $"{i % 20}", new string('x', 1000))));
        }

        Assert.InRange(largest, 50_000, 100_000);
        Assert.Equal(20, journal.Read("t").Count());
    }

    [Fact]
    public async Task CommitAsync_WaitingCommitsAreMoreThanThereIsRoomFor_GoThroughOneByOne()
    {
        _journal.Options = _journal.Options with { MaxBytes = 100_000 };
        await using var journal = _journal.Open();
        var all = Enumerable.Range(0, 300).Select(i => journal.CommitAsync(Changes.Of(("t", $"{i % 10}", new string('x', 1000))))).ToList();

        await Task.WhenAll(all);
    }

    [Fact]
    public async Task DisposeAsync_DiskFails_AbandonsWhatWaits()
    {
        var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "a", "1")));
        FailAt("write");
        var commit = journal.CommitAsync(Changes.Of(("t", "b", "1")));
        await NextRetryAsync();
        await journal.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
        FailAt(null);
        Assert.Equal(["a=1"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task DisposeAsync_DiskFailsMeanwhile_AbandonsWhatWaits()
    {
        var journal = _journal.Open();
        using var goOn = new ManualResetEventSlim();
        _journal.Files.Before = (operation, _) =>
        {
            goOn.Wait();
            throw new IOException("No space left on device");
        };
        var commit = journal.CommitAsync(Changes.Of(("t", "b", "1")));
        var closed = journal.DisposeAsync();
        goOn.Set();
        await closed;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => commit);
    }

    [Fact]
    public async Task Open_DiskFull_IsRefused()
    {
        FailAt("write");

        Assert.StartsWith($"The state in {_journal.Directory} cannot be opened: No space left on device. It must be a directory", await _journal.RefusalAsync(), StringComparison.Ordinal);
        FailAt(null);
        await _journal.WriteAsync(("t", "a", "1"));
        Assert.Equal(["a=1"], await _journal.ReadAsync());
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private void FailAt(params string[]? operations) => _journal.Files.Before = (operation, _) =>
    {
        if (operations?.Contains(operation) == true)
        {
            throw new IOException("No space left on device");
        }
    };

    private Task<TimeSpan> NextRetryAsync() => _journal.Time.NextWaitAsync(except: TimeSpan.Zero);
}
