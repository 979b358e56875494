namespace AuditWatch.Tests.State.Journaling;

public sealed class GroupCommitTests : IDisposable
{
    private readonly JournalHarness _journal = new();
    private readonly ManualResetEventSlim _reachesDisk = new(initialState: true);
    private readonly SemaphoreSlim _flushing = new(0);

    public GroupCommitTests() => _journal.Files.Before = (operation, _) =>
    {
        if (operation == "flush" && !_reachesDisk.IsSet)
        {
            _flushing.Release();
            _reachesDisk.Wait();
        }
    };

    public void Dispose()
    {
        _journal.Dispose();
        _reachesDisk.Dispose();
        _flushing.Dispose();
    }

    [Fact]
    public async Task CommitAsync_NotYetFlushed_IsNotCompleteButRead()
    {
        await using var journal = _journal.Open();
        await journal.CommitAsync(Changes.Of(("t", "a", "1"), ("t", "b", "1")));
        _reachesDisk.Reset();
        var first = journal.CommitAsync(Changes.Of(("t", "a", "2"), ("t", "c", "2"), ("u", "a", "x")));
        Assert.True(await _flushing.WaitAsync(TimeSpan.FromSeconds(10)));
        var second = journal.CommitAsync(Changes.Of(("t", "b", null), ("t", "c", "3")));

        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.Equal(["a=2", "c=3"], journal.Read("t").Select(Changes.Text));

        _reachesDisk.Set();
        await Task.WhenAll(first, second);
        Assert.Equal(["a=2", "c=3"], journal.Read("t").Select(Changes.Text));
    }

    [Fact]
    public async Task CommitAsync_ManyThatWait_AreFlushedOnceTogether()
    {
        await using var journal = _journal.Open();
        _reachesDisk.Reset();
        var first = journal.CommitAsync(Changes.Of(("t", "a", "1")));
        Assert.True(await _flushing.WaitAsync(TimeSpan.FromSeconds(10)));
        var flushes = _journal.Files.Flushes;
        var writes = 0;
        var before = _journal.Files.Before;
        _journal.Files.Before = (operation, path) =>
        {
            writes += operation == "write" ? 1 : 0;
            before(operation, path);
        };
        var rest = Enumerable.Range(0, 100).Select(i => journal.CommitAsync(Changes.Of(("t", $"{i}", "1")))).ToArray();
        _reachesDisk.Set();
        await Task.WhenAll([first, .. rest]);

        Assert.Equal(1, writes);
        Assert.Equal(flushes + 2, _journal.Files.Flushes);
    }

    [Fact]
    public async Task CommitAsync_QueueFull_HoldsTheCallerUp()
    {
        _journal.Options = _journal.Options with { MaxQueuedBytes = 1000 };
        await using var journal = _journal.Open();
        _reachesDisk.Reset();
        var first = journal.CommitAsync(Changes.Of(("t", "a", new string('x', 600))));
        Assert.True(await _flushing.WaitAsync(TimeSpan.FromSeconds(10)));
        var caller = Task.Factory.StartNew(() => journal.CommitAsync(Changes.Of(("t", "b", new string('x', 600)))), TaskCreationOptions.LongRunning);
        var small = journal.CommitAsync(Changes.Of(("t", "c", "")));
        Assert.NotSame(caller, await Task.WhenAny(caller, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System)));

        _reachesDisk.Set();
        await Task.WhenAll(first, small, await caller.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(3, journal.Read("t").Count());
    }

    [Fact]
    public async Task CommitAsync_LargerThanTheQueue_IsTakenAlone()
    {
        _journal.Options = _journal.Options with { MaxQueuedBytes = 1000 };
        await using var journal = _journal.Open();

        await journal.CommitAsync(Changes.Of(("t", "a", new string('x', 5000))));
        await journal.CommitAsync(Changes.Of(("t", "b", new string('x', 5000))));
    }

    [Fact]
    public async Task DisposeAsync_CommitsWait_FinishesThem()
    {
        var journal = _journal.Open();
        _reachesDisk.Reset();
        var first = journal.CommitAsync(Changes.Of(("t", "a", "1")));
        Assert.True(await _flushing.WaitAsync(TimeSpan.FromSeconds(10)));
        var second = journal.CommitAsync(Changes.Of(("t", "b", "1")));
        var closed = journal.DisposeAsync();
        _reachesDisk.Set();
        await closed;

        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal(["a=1", "b=1"], await _journal.ReadAsync());
    }

    [Fact]
    public async Task DisposeAsync_CallerHeldUp_IsRefused()
    {
        _journal.Options = _journal.Options with { MaxQueuedBytes = 1000 };
        var journal = _journal.Open();
        _reachesDisk.Reset();
        var first = journal.CommitAsync(Changes.Of(("t", "a", new string('x', 900))));
        Assert.True(await _flushing.WaitAsync(TimeSpan.FromSeconds(10)));
        var caller = Task.Factory.StartNew(() => journal.CommitAsync(Changes.Of(("t", "b", new string('x', 900)))), TaskCreationOptions.LongRunning);
        Assert.NotSame(caller, await Task.WhenAny(caller, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System)));
        var closed = journal.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await await caller.WaitAsync(TimeSpan.FromSeconds(10)));
        _reachesDisk.Set();
        await closed;
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal(["a"], (await _journal.ReadAsync()).Select(text => text[..1]));
    }
}
