using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

public class BatchQueueTests
{
    private readonly BatchQueue _queue = new(most: 4);

    [Fact]
    public async Task ReadAsync_OneClientHasManyBatches_AnotherWaitsForOneOfThem()
    {
        await WriteAsync("greedy", "g1", "g2", "g3", "g4");
        await WriteAsync("honest", "h1", "h2");

        Assert.Equal(["g1", "h1", "g2", "h2", "g3", "g4"], await ReadAsync(6));
    }

    [Fact]
    public async Task WriteAsync_NoRoomForAClient_WaitsForItAndOthersDoNot()
    {
        await WriteAsync("greedy", "g1", "g2", "g3", "g4");
        var fifth = WriteAsync("greedy", "g5");
        await WriteAsync("honest", "h1");
        Assert.False(fifth.IsCompleted);
        Assert.Equal(5, _queue.Count);

        Assert.Equal(["g1"], await ReadAsync(1));
        await fifth;

        Assert.Equal(["h1", "g2", "g3", "g4", "g5"], await ReadAsync(5));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task WriteAsync_Cancelled_AddsNothing()
    {
        using var cancel = new CancellationTokenSource();
        await WriteAsync("greedy", "g1", "g2", "g3", "g4");
        var fifth = _queue.WriteAsync("greedy", Batch("g5"), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fifth);
        Assert.Equal(["g1", "g2", "g3", "g4"], await ReadAsync(4));
    }

    [Fact]
    public async Task Complete_WithSomeThatWait_TheyAreReadAndNobodyAddsMore()
    {
        await WriteAsync("greedy", "g1", "g2", "g3", "g4");
        Task[] more = [WriteAsync("greedy", "g5"), WriteAsync("greedy", "g6"), WriteAsync("greedy", "g7")];

        _queue.Complete();

        foreach (var one in more)
        {
            await Assert.ThrowsAsync<ChannelClosedException>(() => one);
        }

        Assert.Equal(["g1", "g2", "g3", "g4"], await ReadAsync(4));
        Assert.Null(await _queue.ReadAsync(default));
        await Assert.ThrowsAsync<ChannelClosedException>(() => WriteAsync("honest", "h1"));
    }

    private static EventBatch Batch(string name) => new(new EventOrigin(name), default, capacity: 0);

    private async Task WriteAsync(string client, params string[] names)
    {
        foreach (var name in names)
        {
            await _queue.WriteAsync(client, Batch(name), default);
        }
    }

    private async Task<IReadOnlyList<string>> ReadAsync(int count)
    {
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            names.Add((await _queue.ReadAsync(default))!.Origin.Source);
        }

        return names;
    }
}
