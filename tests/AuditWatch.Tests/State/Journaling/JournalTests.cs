using System.Diagnostics;
using AuditWatch.State;
using AuditWatch.State.Journaling;
using AuditWatch.Tests.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.State.Journaling;

public sealed class JournalTests : StateStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_Again_HasWhatWasCommitted()
    {
        await using (var first = Open())
        {
            await first.CommitAsync(Changes.Of(("t", "a", "1"), ("t", "b", "2"), ("u", "x", "")));
            await first.CommitAsync(Changes.Of(("t", "a", null), ("t", "c", new string('c', 3_000_000))));
        }

        await using var second = Open();

        Assert.Equal(["b=2", "c=" + new string('c', 3_000_000)], second.Read("t").Select(Changes.Text));
        Assert.Equal(["x="], second.Read("u").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task Open_OnUnix_IsForItsOwnerOnly()
    {
        Skip.If(OperatingSystem.IsWindows());
        await using var journal = Open();
        await journal.CommitAsync(Changes.Of(("t", "a", "1")));

#pragma warning disable CA1416 // Skipped on Windows.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["state"]));
        Assert.All(Directory.EnumerateFiles(_folder["state"]), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Open_WhileOpen_SaysThatAnotherUsesIt()
    {
        var first = Open();

        var refusal = Assert.Throws<StateException>(() => Open());
        Assert.Equal($"Another process uses the state in {_folder["state"]}. Stop it first, or give each its own directory.", refusal.Message);

        await first.DisposeAsync();
        await Open().DisposeAsync();
    }

    [Fact]
    public void Open_PathOfAFile_IsRefused()
    {
        File.WriteAllText(_folder["state"], "");

        var refusal = Assert.Throws<StateException>(() => Open());
        Assert.StartsWith($"The state in {_folder["state"]} cannot be opened: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TooSmallALimit_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Journal.Open(new JournalOptions { Directory = _folder["state"], MaxBytes = JournalOptions.LeastMaxBytes - 1 }, TimeProvider.System, NullLogger<Journal>.Instance));

    [SkippableFact]
    public async Task Open_OtherProcessWantsTheLock_GetsItOnlyAfterwards()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var journal = Open();
        Assert.Equal(1, await FlockAsync());

        await journal.DisposeAsync();
        Assert.Equal(0, await FlockAsync());

        async Task<int> FlockAsync()
        {
            using var process = Process.Start("flock", ["--nonblock", Path.Combine(_folder["state"], "lock"), "true"]);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }

    [Fact]
    public async Task CommitAsync_ManyThreadsWhileOneReads_AreSeenWholeAndInOrder()
    {
        const int Writers = 4;
        const int Commits = 200;
        await using (var journal = Open())
        {
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < Commits; i++)
                {
                    // Both records always say the same; not every commit is awaited.
                    var commit = journal.CommitAsync(Changes.Of(("t", $"{writer}-left", $"{i}"), ("t", $"{writer}-right", $"{i}")));
                    await (i % 3 == 0 ? commit : Task.CompletedTask);
                }
            })).ToArray();

            var all = Task.WhenAll(writers);
            var seen = new int[Writers];
            do
            {
                foreach (var pair in journal.Read("t").Select(Changes.Text).Chunk(2))
                {
                    var writer = pair[0][0] - '0';
                    var value = int.Parse(pair[0].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
                    Assert.Equal($"{writer}-right={value}", pair[1]);
                    Assert.InRange(value, seen[writer], Commits);
                    seen[writer] = value;
                }
            }
            while (!all.IsCompleted);
            await all;
        }

        await using var again = Open();
        Assert.All(again.Read("t").Select(Changes.Text), text => Assert.EndsWith($"={Commits - 1}", text, StringComparison.Ordinal));
        Assert.Equal(2 * Writers, again.Read("t").Count());
    }

    protected override IStateStore Open() => Journal.Open(new JournalOptions { Directory = _folder["state"] }, TimeProvider.System, NullLogger<Journal>.Instance);
}
